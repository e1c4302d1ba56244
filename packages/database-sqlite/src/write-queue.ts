import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'

import { type Flush, KeepupError, type Milliseconds } from '@keepup/core'

import type { Attempt, TransactionControl } from './transaction-control.ts'
import { isBusy, translateError } from './translate-error.ts'

/** One body that waits for its turn. */
interface Job {
  readonly flush: Flush
  readonly body: () => unknown
  readonly settle: (outcome: Attempt<unknown>) => void
}

/** Something that needs the connection alone, over awaits. */
type Exclusive = () => Promise<void>

/** So many bodies share one transaction at most, so that a long queue does not hold the process for long. */
const groupLimit = 256

/**
 * The order in which one connection's bodies run. A body that waits for nothing runs at once; others wait in a queue, and those that meet there
 * share a transaction and its barrier. Waiting for other processes happens between turns of the event loop.
 */
export class WriteQueue {
  readonly #control: TransactionControl
  readonly #path: string
  readonly #busyTimeout: Milliseconds
  readonly #inside = new AsyncLocalStorage<object>()
  #waiting: (Job | Exclusive)[] = []
  #draining = false
  #held: { readonly token: object; readonly ended: Promise<void> } | undefined

  constructor(control: TransactionControl, path: string, busyTimeout: Milliseconds) {
    this.#control = control
    this.#path = path
    this.#busyTimeout = busyTimeout
  }

  /** See `SqliteDatabase.write`. */
  async write<T>(flush: Flush, body: () => T): Promise<T> {
    if (flush === 'process' && !this.#draining && this.#tryBegin()) {
      try {
        return this.#control.finish(body)
      } catch (error) {
        throw translateError(error, this.#path)
      }
    }
    this.#refuseInside()
    return new Promise<T>((resolve, reject) => {
      const settle = (outcome: Attempt<unknown>): void => {
        // The value comes from `body`, whose type is T.
        if ('value' in outcome) resolve(outcome.value as T)
        else reject(translateError(outcome.error, this.#path))
      }
      this.#enqueue({ flush, body, settle })
    })
  }

  /** See `SqliteDatabase.read`. */
  async read<T>(body: () => T): Promise<T> {
    while (this.#held !== undefined) {
      this.#refuseInside()
      await this.#held.ended
    }
    return this.patiently(() => this.#control.view(body))
  }

  /** Runs `body` in an open transaction, alone, until its promise settles. */
  transaction<T>(flush: Flush, token: object, body: () => Promise<T> | T): Promise<T> {
    return this.alone(async () => {
      await this.patiently(() => this.#control.begin(flush))
      let end = nothing
      const ended = new Promise<void>((resolve) => {
        end = resolve
      })
      this.#held = { token, ended }
      try {
        const value = await this.#inside.run(token, body)
        this.#control.commit()
        return value
      } catch (error) {
        this.#control.rollback()
        throw translateError(error, this.#path)
      } finally {
        this.#held = undefined
        end()
      }
    })
  }

  /** Runs `work` once everything queued before is done, with nothing beside it. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    this.#refuseInside()
    return new Promise<T>((resolve, reject) => {
      this.#enqueue(() => work().then(resolve, reject))
    })
  }

  #enqueue(job: Job | Exclusive): void {
    this.#waiting.push(job)
    if (this.#draining) return
    this.#draining = true
    void this.#drain()
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Whoever asks in this turn of the event loop shares the barrier.
      await nextTurn()
      const [first] = this.#waiting
      if (typeof first === 'function') {
        this.#waiting.shift()
        await first()
      } else {
        await this.#commitGroup(this.#takeGroup())
      }
    }
    this.#draining = false
  }

  #takeGroup(): Job[] {
    const group: Job[] = []
    for (const job of this.#waiting) {
      if (typeof job === 'function' || group.length === groupLimit) break
      group.push(job)
    }
    this.#waiting = this.#waiting.slice(group.length)
    return group
  }

  async #commitGroup(group: readonly Job[]): Promise<void> {
    const flush = group.some((job) => job.flush === 'power') ? 'power' : 'process'
    let outcomes: Attempt<unknown>[] | undefined
    try {
      await this.patiently(() => this.#control.begin(flush))
      outcomes = group.map((job) => this.#control.attempt(job.body))
      this.#control.commit()
    } catch (error) {
      this.#control.rollback()
      // A body's own failure stays its own; those that had succeeded share the failure of the whole.
      outcomes = group.map((_, index) => failed(outcomes?.[index]) ?? { error })
    }
    for (const [index, job] of group.entries()) job.settle(outcomes[index] ?? { error: undefined })
  }

  #tryBegin(): boolean {
    try {
      this.#control.begin('process')
      return true
    } catch (error) {
      if (isBusy(error)) return false
      throw translateError(error, this.#path)
    }
  }

  /** Tries until no other process stands in the way, at most for the busy timeout. */
  async patiently<T>(attempt: () => T): Promise<T> {
    const start = performance.now()
    for (let wait = 1; ; wait = Math.min(wait * 2, 25)) {
      try {
        return attempt()
      } catch (error) {
        if (!isBusy(error) || performance.now() - start > this.#busyTimeout)
          throw translateError(error, this.#path)
      }
      await sleep(wait)
    }
  }

  #refuseInside(): void {
    if (this.#held === undefined || this.#inside.getStore() !== this.#held.token) return
    throw new KeepupError(
      'not-supported',
      `The database ${this.#path} was called from within its own open transaction, which would wait for itself. ` +
        'Use `transaction.run` or `checkpointer.within(transaction)` there.',
    )
  }
}

function nothing(): void {}

function failed(outcome: Attempt<unknown> | undefined): Attempt<unknown> | undefined {
  return outcome !== undefined && 'error' in outcome ? outcome : undefined
}
