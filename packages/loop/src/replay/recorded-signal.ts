import type { AgentEntry, Entry, PendingSignal } from '@keepup/core'

/** The signal that an entry was caused by, as it waited: the inverse of taking it. */
export function recordedSignal(entry: Entry): Omit<PendingSignal, 'position'> | undefined {
  if (typeof entry.cause !== 'string') return undefined
  // Entries of other types are never caused by a signal.
  const told = tell(entry as AgentEntry)
  if (told === undefined) return undefined
  const { thread, time, by, labels } = entry
  return { id: entry.cause, thread, time, by, ...(labels === undefined ? {} : { labels }), ...told }
}

function tell(entry: AgentEntry): Pick<PendingSignal, 'channel' | 'type' | 'data'> | undefined {
  switch (entry.type) {
    case 'user-message': {
      const [channel, type] = entry.data.delivery === 'steer' ? ['steers', 'steer'] : ['messages', 'message']
      return { channel: channel ?? '', type: type ?? '', data: { message: entry.data.message } }
    }
    case 'run-stopping':
      return { channel: 'control', type: 'stop', data: entry.data }
    case 'run-interrupted':
      return { channel: 'control', type: 'interrupt', data: entry.data }
    case 'thread-rewound':
      return { channel: 'control', type: 'rewind', data: entry.data }
    case 'thread-tagged':
      return { channel: 'control', type: 'tag', data: entry.data }
    case 'approval-answered':
      return { channel: `answers:${entry.data.approval}`, type: 'answer', data: entry.data }
    case 'agent-settled':
      return { channel: `agents:${entry.data.agent}`, type: 'agent-ended', data: entry.data }
    case 'signal-declined':
      return { channel: entry.data.channel, type: entry.data.kind, data: entry.data.data }
    default:
      return undefined
  }
}
