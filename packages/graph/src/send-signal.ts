import {
  type Actor,
  type Checkpointer,
  type Clock,
  KeepupError,
  type Label,
  type NewSignal,
  type SignalId,
  type SignalReceipt,
  systemClock,
  type ThreadId,
} from '@keepup/core'

/** Who sends a signal to a graph's thread, and where. */
export interface SignalSender {
  readonly checkpointer: Checkpointer
  readonly thread: ThreadId
  /** Sending the same id twice is one signal; a new one when left out. */
  readonly id?: SignalId
  /** `user` when left out. */
  readonly by?: Actor
  /** What is known of what is sent; what a `user` sends is trusted when left out, and nobody else's. */
  readonly label?: Label
  readonly clock?: Clock
}

/** Sends a signal that survives a loss of power. Fails `database-busy` where the channel is full. */
export async function sendSignal(
  sender: SignalSender,
  signal: Pick<NewSignal, 'channel' | 'data' | 'type'>,
): Promise<SignalReceipt> {
  const { checkpointer, thread, id = crypto.randomUUID(), by = 'user', label, clock = systemClock } = sender
  const labels = label === undefined ? {} : { labels: { default: label } }
  const [receipt] = await checkpointer.signal(
    [{ id, thread, time: clock.now(), by, ...labels, ...signal }],
    'power',
  )
  if (receipt === 'accepted' || receipt === 'duplicate') return receipt
  throw new KeepupError(
    'database-busy',
    `Too many signals wait on channel ${signal.channel} of thread ${thread}. Let the graph take some, then send this one again.`,
    { details: { thread, channel: signal.channel } },
  )
}
