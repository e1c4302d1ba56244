import { type Channel, KeepupError, type SignalId, type ThreadId } from '@keepup/core'

/** The error for a commit whose signals find a full channel. */
export function channelFull(thread: ThreadId, channel: Channel, capacity: number): KeepupError {
  const message = `Channel ${channel} of thread ${thread} holds ${capacity} signals, as many as it may. Try again once some were taken.`
  return new KeepupError('database-busy', message, { details: { thread, channel, capacity } })
}

/** The error for taking a signal that is not the first of its channel; `head` is the one that is. */
export function notTheHead(thread: ThreadId, id: SignalId, head: SignalId | undefined): KeepupError {
  const found = head === undefined ? 'it does not wait (any more)' : `${head} comes before it`
  const message = `Signal ${id} is not the head of its channel in thread ${thread}: ${found}. Read the pending signals again.`
  return new KeepupError('checkpoint-conflict', message, { details: { thread, signal: id, head } })
}

/** Whether a channel can be full: answers and control must always get through. */
export function isBounded(channel: Channel): boolean {
  return channel !== 'control' && !channel.startsWith('answers:')
}
