import assert from 'node:assert/strict'

import { memoryCheckpointer } from '@keepup/checkpoint'
import { type Checkpointer, type Clock, KeepupError, type Owner, type Timestamp } from '@keepup/core'
import fc from 'fast-check'

import { type Deed, fold, type Hand, type Step, step, threads } from './twin-steps.ts'

async function outcomeOf(attempt: Promise<unknown>): Promise<unknown> {
  try {
    return { value: await attempt }
  } catch (error) {
    return KeepupError.is(error) ? { code: error.code } : { error }
  }
}

async function collect<T>(things: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const thing of things) found.push(thing)
  return found
}

/** Everything that can be seen of a checkpointer. */
async function appearance(checkpointer: Checkpointer): Promise<unknown> {
  const seen: unknown[] = [await collect(checkpointer.threads())]
  for (const name of threads) {
    const { head } = await checkpointer.read(name)
    for (let at = 0; at <= head; at += 1) seen.push(await outcomeOf(checkpointer.read(name, { at, fold })))
    seen.push(await outcomeOf(checkpointer.read(name)))
    seen.push(await collect(checkpointer.log(name)), await collect(checkpointer.history(name)))
    seen.push((await checkpointer.pending(name)).map(({ position: _, ...signal }) => signal))
  }
  return seen
}

/** What both backends are made with, so that they can be compared. */
export interface TwinParts {
  readonly clock: Clock
  readonly newSalt: () => string
  readonly isOwnerDead: (owner: Owner) => boolean
}

/** A checkpointer of a new store. */
export interface TwinStore {
  readonly checkpointer: Checkpointer
  /** Runs a body with a checkpointer that works in one transaction, which is undone where the body rejects. */
  readonly transaction: (body: (inside: Checkpointer) => Promise<void>) => Promise<void>
  /** The same store, opened by somebody who remembers nothing. */
  readonly reopen: () => Promise<TwinStore>
  /** Removes the store, and closes whatever was opened of it. */
  readonly remove: () => Promise<void>
}

/** Both backends, while a program runs. */
class Twins {
  readonly #parts: TwinParts
  readonly #memory: Hand
  readonly #leases: Hand['leases'] = new Map()
  #store: TwinStore
  #now: { at: Timestamp }
  #life: { number: number }

  static async open(open: (parts: TwinParts) => Promise<TwinStore>): Promise<Twins> {
    const [now, life] = [{ at: 1_700_000_000_000 }, { number: 1 }]
    const parts: TwinParts = {
      clock: { now: () => now.at, sleep: () => Promise.resolve() },
      newSalt: () => '0'.repeat(32),
      isOwnerDead: ({ instance }) =>
        instance.includes('of life') && !instance.endsWith(`of life ${life.number}`),
    }
    return new Twins(parts, await open(parts), now, life)
  }

  private constructor(parts: TwinParts, store: TwinStore, now: { at: Timestamp }, life: { number: number }) {
    this.#parts = parts
    this.#store = store
    this.#now = now
    this.#life = life
    this.#memory = {
      checkpointer: memoryCheckpointer(this.#parts),
      leases: new Map(),
      life: () => life.number,
    }
  }

  get #stored(): Hand {
    return { ...this.#memory, checkpointer: this.#store.checkpointer, leases: this.#leases }
  }

  async take(each: Step): Promise<void> {
    if ('do' in each) await this.#both(each.do)
    else if ('undo' in each) await this.#undo(each.undo)
    else if ('pass' in each) this.#now.at += each.pass
    else {
      this.#life.number += 1
      this.#store = await this.#store.reopen()
    }
  }

  async #both(deed: Deed): Promise<void> {
    const [stored, remembered] = await Promise.all(
      [this.#stored, this.#memory].map((hand) => outcomeOf(deed(hand))),
    )
    assert.deepEqual(stored, remembered)
  }

  /** The store does it and has it undone; the memory does nothing. */
  async #undo(deed: Deed): Promise<void> {
    const undone = new Error('undone')
    const attempt = this.#store.transaction(async (checkpointer) => {
      await outcomeOf(deed({ ...this.#stored, checkpointer }))
      throw undone
    })
    await assert.rejects(attempt, (error) => error === undone)
  }

  async compare(): Promise<void> {
    const [stored, remembered] = await Promise.all(
      [this.#stored, this.#memory].map(({ checkpointer }) => appearance(checkpointer)),
    )
    assert.deepEqual(stored, remembered)
  }

  remove(): Promise<void> {
    return this.#store.remove()
  }
}

/**
 * Runs random programs on a backend and on the one in memory, with the same clock and salts: both must do, refuse and show the same. Two writers contend for
 * the threads, time passes, work is undone before its commit, and the store is opened anew, as after a crash.
 */
export async function compareWithMemory(
  open: (parts: TwinParts) => Promise<TwinStore>,
  runs: number,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 50 }), async (steps) => {
      const twins = await Twins.open(open)
      try {
        for (const each of steps) await twins.take(each)
        await twins.compare()
      } finally {
        await twins.remove()
      }
    }),
    { numRuns: runs },
  )
}
