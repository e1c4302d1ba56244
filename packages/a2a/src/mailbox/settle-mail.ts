import type { OpenThread } from '@keepup/checkpoint'
import type { Append, LabelTable, Milliseconds, NewSignal, SignalId } from '@keepup/core'

import type { MailParts } from './mail-parts.ts'
import { mailboxEntry, type SettledData } from './mailbox-entries.ts'
import type { MailboxState } from './mailbox-fold.ts'
import { commitUntilRoom } from './try-until-room.ts'

/** A message that is done with, and what goes out with it. */
export interface Settlement {
  readonly message: SettledData['messages'][number]
  /** Where the text of its error came from. */
  readonly labels?: LabelTable
  readonly signals: readonly NewSignal[]
  /** What is published with it. */
  readonly also: readonly Append[]
}

/** How long a database that is busy may be so. */
const busy: Milliseconds = 30_000
/** So many are written down without waiting for more. */
const enough = 64

/** Writes down what a mailbox is done with. What it wrote down it takes out of `done`. */
export class Settler {
  readonly #parts: MailParts
  readonly #thread: OpenThread<MailboxState>
  readonly #done: Set<SignalId>
  readonly #waiting: Settlement[] = []
  #writing: Promise<void> | undefined
  #hurry: (() => void) | undefined
  #fault: { readonly error: unknown } | undefined

  constructor(parts: MailParts, thread: OpenThread<MailboxState>, done: Set<SignalId>) {
    this.#parts = parts
    this.#thread = thread
    this.#done = done
  }

  /** Writes it down soon, in one commit with others that end meanwhile; in order. Only for what sends nothing that could find a full mailbox. */
  add(settlement: Settlement): void {
    this.#done.add(settlement.message.id)
    this.#waiting.push(settlement)
    if (this.#waiting.length >= enough) this.#hurry?.()
    if (this.#fault === undefined) this.#writing ??= this.#writeSoon()
  }

  /** Writes it down after all others, waiting for room where it sends to a mailbox that is full: at most for `patience`, then fails `database-busy`. */
  async write(settlement: Settlement, patience: Milliseconds): Promise<void> {
    await this.settled()
    await this.#commit([settlement], patience)
  }

  /** Resolves once all was written down. Rejects where that failed: then nothing more can be. */
  async settled(): Promise<void> {
    this.#hurry?.()
    await this.#writing
    if (this.#fault !== undefined) throw this.#fault.error
    if (this.#writing !== undefined) await this.settled()
  }

  /** With the next turn of the event loop: what ends within this one goes with it. */
  async #writeSoon(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#hurry = resolve
      setImmediate(resolve)
    })
    this.#hurry = undefined
    try {
      while (this.#waiting.length > 0) await this.#commit(this.#nextGroup(), busy)
    } catch (error) {
      this.#fault = { error }
    } finally {
      this.#writing = undefined
    }
  }

  /** Errors have labels of their own, so that what has one is written alone. */
  #nextGroup(): readonly Settlement[] {
    const alone = this.#waiting.findIndex(({ labels }) => labels !== undefined)
    return this.#waiting.splice(0, alone < 0 ? this.#waiting.length : Math.max(alone, 1))
  }

  async #commit(some: readonly Settlement[], patience: Milliseconds): Promise<void> {
    const { clock, flush } = this.#parts
    const labels = some.find((settlement) => settlement.labels !== undefined)?.labels
    const messages = some.map(({ message }) => message)
    const also = some.flatMap((one) => one.also)
    const signals = some.flatMap((one) => one.signals)
    await commitUntilRoom({ clock, patience, signal: this.#thread.lost }, () =>
      this.#thread.append(
        [mailboxEntry('mail/settled', clock.now(), { messages }, labels === undefined ? {} : { labels })],
        { flush, signals, ...(also.length === 0 ? {} : { also }) },
      ),
    )
    // They are not open any more.
    for (const { id } of messages) this.#done.delete(id)
  }
}
