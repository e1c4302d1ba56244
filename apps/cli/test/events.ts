import type { AgentEntryData, AgentEntryType, AgentEvent, Entry } from '@keepup/core'
import { trustedLabel } from '@keepup/core'

/** Entries of a made-up thread, one second apart. */
export function entriesOf(
  ...facts: readonly {
    readonly [Type in AgentEntryType]: readonly [type: Type, data: AgentEntryData[Type]]
  }[AgentEntryType][]
): readonly AgentEvent[] {
  return facts.map(([type, data], index) => {
    const entry: Entry = {
      type,
      data,
      version: 1,
      critical: true,
      thread: 't1',
      sequence: index + 1,
      time: 1_000_000 + index * 1000,
      by: 'runtime',
      labels: { default: trustedLabel },
      salt: '00'.repeat(16),
      hash: 'ab'.repeat(32),
    }
    return entry as AgentEvent // the type and its data were given together
  })
}

/** A piece of streamed text. */
export function streamed(stream: string, text: string, offset = 0): AgentEvent {
  return { type: 'text-streamed', live: true, thread: 't1', stream, after: 1, offset, run: 'r1', text }
}
