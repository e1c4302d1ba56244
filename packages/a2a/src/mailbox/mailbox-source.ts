import {
  type Checkpointer,
  type Entry,
  KeepupError,
  type PendingSignal,
  type Sequence,
  type ThreadId,
} from '@keepup/core'

import { createBell } from './bell.ts'
import { type TopicName, topicThread } from './mail-address.ts'

/** Own entries are of no interest here: the holder wrote them. */
const afterEverything: Sequence = 2 ** 32 - 1

/** What came in for a mailbox and was not looked at yet. Whoever looks at something takes it off its list. */
export class MailboxSource {
  /** Messages sent to it, in order of arrival. */
  readonly messages: PendingSignal[] = []
  /** What it is told to do. */
  readonly controls: PendingSignal[] = []
  /** Answers to what its handlers asked, and what nobody knows. */
  readonly others: PendingSignal[] = []
  /** Messages of topics, in each topic's order. */
  readonly notices: { readonly topic: TopicName; readonly entry: Entry }[] = []
  readonly #checkpointer: Checkpointer
  readonly #onOther: (signal: PendingSignal) => void
  readonly #bell = createBell()
  readonly #closing = new AbortController()
  readonly #followed = new Map<TopicName, AbortController>()
  #fault: KeepupError | undefined

  /** Begins to watch a mailbox's thread. `onOther` sees each answer as it comes: a handler waits for it in the middle of its message. */
  constructor(checkpointer: Checkpointer, thread: ThreadId, onOther: (signal: PendingSignal) => void) {
    this.#checkpointer = checkpointer
    this.#onOther = onOther
    void this.#watch(thread, afterEverything, this.#closing.signal)
  }

  /** Begins to follow topics that it does not follow yet, after these places, and leaves all others. */
  follow(topics: Readonly<Record<TopicName, Sequence>>): void {
    for (const [topic, stop] of this.#followed) {
      if (Object.hasOwn(topics, topic)) continue
      stop.abort()
      this.#followed.delete(topic)
    }
    for (const [topic, after] of Object.entries(topics)) {
      if (this.#followed.has(topic)) continue
      const stop = new AbortController()
      this.#followed.set(topic, stop)
      void this.#watch(topicThread(topic), after, stop.signal, topic)
    }
  }

  /** Makes who waits look again. */
  wake(): void {
    this.#bell.ring()
  }

  /** Resolves once something came since this was last called, or `stop` was aborted. Rejects where the store could not be watched. */
  async changed(stop: AbortSignal): Promise<void> {
    if (this.#fault === undefined) await this.#bell.rang(stop)
    if (this.#fault !== undefined) throw this.#fault
  }

  /** Ends the watching. */
  close(): void {
    this.#closing.abort()
    for (const stop of this.#followed.values()) stop.abort()
  }

  async #watch(of: ThreadId, after: Sequence, stop: AbortSignal, topic?: TopicName): Promise<void> {
    try {
      for await (const seen of this.#checkpointer.watch(of, { after, signal: stop })) {
        if ('signal' in seen) this.#sort(seen.signal)
        else if (topic !== undefined) this.notices.push({ topic, entry: seen.entry })
        this.#bell.ring()
      }
      if (!stop.aborted) this.#fail(of, undefined)
    } catch (error) {
      if (!stop.aborted) this.#fail(of, error)
    }
  }

  #fail(thread: ThreadId, cause: unknown): void {
    const message = `Thread ${thread} cannot be watched any more. Look at the store: it was closed, or cannot be reached.`
    this.#fault ??= KeepupError.is(cause)
      ? cause
      : new KeepupError('database-unavailable', message, { cause })
    this.#bell.ring()
  }

  #sort(signal: PendingSignal): void {
    if (signal.channel === 'messages') this.messages.push(signal)
    else if (signal.channel === 'control') this.controls.push(signal)
    else {
      this.others.push(signal)
      this.#onOther(signal)
    }
  }
}
