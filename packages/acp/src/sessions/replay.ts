import type { ClientCapabilities, SessionUpdate } from '@agentclientprotocol/sdk'
import type { AgentEvent, Checkpointer, ThreadId } from '@keepup/core'

import type { TellUpdate } from '../acp-parts.ts'
import { createTranscript } from '../updates/transcript.ts'

/** Tells everything that happened in a thread, as it stands now: what rewinds hid is left out, and the past of a fork is its own. Resolves once it was handed over. */
export async function replayThread(
  checkpointer: Checkpointer,
  {
    thread,
    folder,
    client,
  }: { readonly thread: ThreadId; readonly folder: string; readonly client: ClientCapabilities },
  tell: TellUpdate,
): Promise<void> {
  const { entries } = await checkpointer.read(thread)
  const transcript = createTranscript({ folder, client, past: true })
  const told: SessionUpdate[] = []
  for (const entry of entries) {
    // What is no entry of an agent has a type that no handler knows.
    told.push(...transcript.of(entry as AgentEvent))
  }
  for (const update of lastOfAKind(told)) await tell(update)
}

/** Of plans and numbers, the last ones are how it stands. */
function lastOfAKind(updates: readonly SessionUpdate[]): readonly SessionUpdate[] {
  const kinds = ['plan', 'usage_update'] as const
  const last = kinds.map((kind) => updates.findLastIndex(({ sessionUpdate }) => sessionUpdate === kind))
  return updates.filter(
    ({ sessionUpdate }, index) => !kinds.some((kind) => kind === sessionUpdate) || last.includes(index),
  )
}
