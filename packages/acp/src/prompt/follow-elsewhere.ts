import type { AgentEntry, AgentEvent, Sequence } from '@keepup/core'

import type { LiveSession } from '../sessions/live-session.ts'
import type { Transcript } from '../updates/transcript.ts'

/**
 * Tells what happens in a thread that another process runs, until that run is finished or waits. What streams there is not seen here:
 * answers come whole.
 */
export async function followElsewhere(
  { checkpointer, thread, tell }: LiveSession,
  { transcript, after }: { readonly transcript: Transcript; readonly after: Sequence },
  signal: AbortSignal,
): Promise<AgentEntry<'run-finished'> | AgentEntry<'run-waiting'> | undefined> {
  for await (const found of checkpointer.watch(thread, { after, signal })) {
    if (!('entry' in found)) continue
    // What is no entry of an agent has a type that nobody here knows.
    const event = found.entry as AgentEvent
    for (const update of transcript.of(event)) await tell(update)
    if (event.type === 'run-finished' || event.type === 'run-waiting') return event
  }
  return undefined
}
