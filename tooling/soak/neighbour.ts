import { setTimeout as sleep } from 'node:timers/promises'

import type { Checkpointer, NewSignal, SignalId } from '@keepup/core'

import { Mismatch } from './check-life.ts'
import { inbox, moment } from './fixed-parts.ts'

/** A process beside the worker that signals a thread all the time; the worker takes what it finds. */
export class Neighbour {
  readonly #checkpointer: Checkpointer
  /** In the order they were sent; every one of them was acknowledged. */
  readonly #sent: SignalId[] = []

  constructor(checkpointer: Checkpointer) {
    this.#checkpointer = checkpointer
  }

  /** Signals every few milliseconds until it is told to stop; resolves once nothing is under way. */
  async signalUntil(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      const id = `neighbour ${this.#sent.length + 1}`
      const signal: NewSignal = {
        id,
        thread: inbox,
        channel: 'messages',
        type: 'message',
        time: moment,
        by: 'user',
        data: id,
      }
      const [receipt] = await this.#checkpointer.signal([signal], 'power')
      if (receipt !== 'accepted') throw new Mismatch(`Signal ${id} was sent once and is ${receipt}.`)
      this.#sent.push(id)
      await sleep(4)
    }
  }

  /** Each signal was taken once or waits, in the order in which they were sent. */
  async check(): Promise<void> {
    const { entries } = await this.#checkpointer.read(inbox)
    const waiting = await this.#checkpointer.pending(inbox)
    const found = [...entries.map(({ data }) => data), ...waiting.map(({ id }) => id)]
    const place = this.#sent.findIndex((id, index) => id !== found[index])
    if (place === -1 && found.length === this.#sent.length) return
    const index = place === -1 ? this.#sent.length : place
    throw new Mismatch(
      `Of the neighbour's signals, ${this.#sent[index]} is expected where ${String(found[index])} is.`,
    )
  }
}
