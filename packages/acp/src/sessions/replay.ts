import type { ClientCapabilities, SessionUpdate } from '@agentclientprotocol/sdk'
import type { AgentEvent, Checkpointer, ThreadId } from '@keepup/core'

import type { TellUpdate } from '../acp-parts.ts'
import { fieldsOf } from '../updates/fields-of.ts'
import { createTranscript } from '../updates/transcript.ts'

/** Tells everything that happened in a thread, as it stands now, and what was said since: what rewinds hid is left out, and the past of a fork is its own. Resolves once it was handed over. */
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
  for (const { id, data } of await checkpointer.pending(thread)) {
    for (const text of textsOf(data))
      await tell({
        sessionUpdate: 'user_message_chunk',
        messageId: `user-${id}`,
        content: { type: 'text', text },
      })
  }
}

/** The texts of what was said and not taken yet; whatever else waits has none. */
function textsOf(data: unknown): readonly string[] {
  const message = typeof data === 'object' && data !== null && 'message' in data ? data.message : undefined
  const content =
    typeof message === 'object' && message !== null && 'content' in message ? message.content : []
  return (Array.isArray(content) ? content : []).map(fieldsOf).flatMap(({ text }) => text ?? [])
}

/** Of plans and numbers, the last ones are how it stands. */
function lastOfAKind(updates: readonly SessionUpdate[]): readonly SessionUpdate[] {
  const kinds = ['plan', 'usage_update'] as const
  const last = kinds.map((kind) => updates.findLastIndex(({ sessionUpdate }) => sessionUpdate === kind))
  return updates.filter(
    ({ sessionUpdate }, index) => !kinds.some((kind) => kind === sessionUpdate) || last.includes(index),
  )
}
