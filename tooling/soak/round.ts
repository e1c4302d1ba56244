import { createRandom } from '@keepup/testing/simulation'

import { checkLife, type Finding, Mismatch } from './check-life.ts'
import type { Ground } from './ground.ts'
import type { Step } from './journal.ts'
import { live } from './live.ts'
import { Model } from './model.ts'
import { Neighbour } from './neighbour.ts'
import { openSoakStore, type SoakStore } from './soak-store.ts'

/** A store and the workers that live and die on it, one after the other. The seed decides what they do and how they die. */
export interface Round {
  readonly ground: Ground
  readonly seed: string
  readonly kills: number
  /** The control: workers say that something is done before they begin it, so that a kill must show as a loss. */
  readonly acknowledge?: 'early'
}

/** Lives a round, and holds the store against the model after every death. Gives what was found of each. */
export async function liveRound(
  { ground, seed, kills, acknowledge }: Round,
  found: (finding: Finding) => void,
): Promise<void> {
  const place = ground.newPlace()
  const store = await openSoakStore(place)
  const [model, neighbour] = [new Model(), new Neighbour(store.checkpointer)]
  try {
    for (let life = 1; life <= kills; life += 1) {
      const random = createRandom(`${seed}/${life}`)
      const stopping = new AbortController()
      const signalling = neighbour.signalUntil(stopping.signal)
      const early = acknowledge === undefined ? {} : { acknowledge }
      const lived = live({ ground, place, life, random, ...early }).finally(() => stopping.abort())
      const [{ steps, death }] = await Promise.all([lived, signalling])
      try {
        found(await checkLife(model, store, steps, death))
        await neighbour.check()
      } catch (error) {
        throw described(error, life, steps)
      }
    }
    await checkLeftovers(store)
  } finally {
    await store.close()
  }
}

/** What the dead left half-written goes with the next collection, and the file is sound. */
async function checkLeftovers(store: SoakStore): Promise<void> {
  await store.artifacts.collect(0)
  const [left, damage] = [await store.halfWritten(), await store.findDamage()]
  if (left === 0 && damage.length === 0) return
  throw new Mismatch(`${left} artifacts stay half-written, and the database finds: ${damage.join('; ')}`)
}

/** A mismatch with what the worker did before it: the error alone does not tell how it came about. */
function described(error: unknown, life: number, steps: readonly Step[]): unknown {
  if (!(error instanceof Mismatch)) return error
  const told = steps.map((step) => JSON.stringify(step).replaceAll(/x{9,}/g, 'x...').slice(0, 600))
  return new Mismatch(`in life ${life}: ${error.message}\nThe worker did:\n${told.join('\n')}`)
}
