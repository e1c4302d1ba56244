import { KeepupError, type NewSignal, type PendingSignal, type SignalReceipt } from '@keepup/core'

import { exactCopy } from './exact-copy.ts'
import type { Mutant } from './mutant.ts'

/** The signals of the fake. */
export class FakeSignals {
  waiting: PendingSignal[] = []
  readonly #known = new Set<string>()
  readonly #capacity: number
  readonly #mutant: Mutant | undefined
  #position = 0

  constructor(capacity: number, mutant: Mutant | undefined) {
    this.#capacity = capacity
    this.#mutant = mutant
  }

  /** What would become of a signal. */
  judge(signal: NewSignal): SignalReceipt {
    if (this.#known.has(signal.id)) return 'duplicate'
    const { channel, thread } = signal
    const free =
      channel === 'control' || (channel.startsWith('answers:') && this.#mutant !== 'bounds answers')
    if (free || this.#mutant === 'never says full') return 'accepted'
    const same = this.waiting.filter((other) => other.channel === channel && other.thread === thread)
    return same.length >= this.#capacity ? 'full' : 'accepted'
  }

  send(signal: NewSignal, data: unknown): SignalReceipt {
    const receipt = this.judge(signal)
    if (receipt !== 'accepted') return receipt
    this.#known.add(signal.id)
    this.#position += 1
    this.waiting.push({ ...signal, data, position: this.#position })
    return receipt
  }

  /** The waiting signals without the taken ones; fails where one is not the head of its channel. */
  without(thread: string, takes: readonly string[]): PendingSignal[] {
    let left = this.waiting
    for (const id of takes) {
      const taken = left.find((signal) => signal.id === id && signal.thread === thread)
      if (taken === undefined) throw new KeepupError('signal-unknown', `Signal ${id} does not wait.`)
      const head = left.find((signal) => signal.channel === taken.channel && signal.thread === thread)
      if (head !== taken && this.#mutant !== 'takes signals out of order') {
        throw new KeepupError('checkpoint-conflict', `Signal ${id} is not the head of its channel.`)
      }
      left = left.filter((signal) => signal !== taken)
      if (this.#mutant === 'forgets the ids of taken signals') this.#known.delete(id)
    }
    return left
  }
}

/** A copy of what a signal carries. */
export function signalData(signal: NewSignal): unknown {
  return exactCopy(signal.data)
}
