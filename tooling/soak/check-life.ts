import { isDeepStrictEqual } from 'node:util'

import { appearance, checkChainsAndFolds } from './appearance.ts'
import type { Step } from './journal.ts'
import type { Model } from './model.ts'
import type { SoakStore } from './soak-store.ts'
import type { Window } from './worker-plan.ts'

/** How a worker met its end. */
export interface Death {
  /** Where it killed itself; left out where others killed it. */
  readonly window?: Window
  /** What became of the server: it may have lost what asked for no barrier, or the worker went on over its crash. */
  readonly server: 'lived' | 'crashed' | 'outlived'
  /** What was killed, for the histogram. */
  readonly killed: string
}

/** What was found after a death. */
export interface Finding {
  /** The window that was hit. */
  readonly window: string
  readonly acknowledged: number
  /** Acknowledged operations that asked for no barrier and went with the server. */
  readonly lost: number
}

/** What is held against what. */
interface Compared {
  readonly model: Model
  /** The operation that was under way. */
  readonly open: Step | undefined
  /** What the store shows of itself. */
  readonly look: () => Promise<string[]>
}

/** A store that does not hold what it must. */
export class Mismatch extends Error {}

/** Holds a store after a death against the model, and brings the model up to it. Throws {@link Mismatch} where anything is lost, repeated, torn or out of order. */
export async function checkLife(
  model: Model,
  store: SoakStore,
  steps: readonly Step[],
  death: Death,
): Promise<Finding> {
  const open = steps.findLast(({ outcome }) => outcome === undefined)
  const acknowledged = steps.filter(({ outcome }) => outcome !== undefined)
  for (const step of acknowledged) await follow(model, step, death)
  if (open !== undefined) model.expect(open.operation)
  const look = (): Promise<string[]> => appearance(store.checkpointer, store.artifacts, model.sought)
  const compared = { model, open, look }
  const { window, lost } =
    death.server === 'crashed'
      ? await checkCrash(compared)
      : { window: await checkKill(compared, death.window), lost: 0 }
  await checkChainsAndFolds(store.checkpointer)
  return { acknowledged: acknowledged.length, lost, window: `${death.killed}; ${window}` }
}

/** Has the model do what was acknowledged: it must say the same. */
async function follow(model: Model, { operation, outcome }: Step, death: Death): Promise<void> {
  // A lease need not survive a crash of the server; whoever had it must look again.
  if (death.server === 'outlived' && outcome === 'lease-lost') return
  const expected = await model.apply(operation)
  if (outcome === 'early' || expected === undefined || expected === outcome) return
  throw new Mismatch(`${JSON.stringify(operation)}\nsaid     ${outcome}\nand not  ${expected}`)
}

async function checkKill(compared: Compared, window: Window | undefined): Promise<string> {
  const { model, open, look } = compared
  const [without, found] = [await model.appearance(), await look()]
  const isWithout = isDeepStrictEqual(without, found)
  if (open === undefined && isWithout) return 'between operations'
  if (open !== undefined && isWithout && window !== 'after')
    return `${open.operation.what}: ${window ?? 'not written'}`
  if (open === undefined || window === 'before' || window === 'inside') throw different(without, found)
  return checkWritten(compared, open, window)
}

async function checkWritten(
  { model, look }: Compared,
  { operation }: Step,
  window: Window | undefined,
): Promise<string> {
  await model.apply(operation)
  const [expected, seen] = [await model.appearance(), await look()]
  if (!isDeepStrictEqual(expected, seen)) throw different(expected, seen)
  return `${operation.what}: ${window ?? 'written, not told'}`
}

async function checkCrash({ model, open, look }: Compared): Promise<{ window: string; lost: number }> {
  // What nobody was told of may be lost, whatever it asked for.
  const { safe } = model
  if (open !== undefined) await model.apply(open.operation)
  const found = await look()
  const gone = await model.shorten(safe, (lines) => isDeepStrictEqual(lines, found))
  if (gone === undefined) {
    const why = 'The store holds no beginning of what was acknowledged that reaches up to the last barrier.'
    throw new Mismatch(why)
  }
  const lost = Math.max(0, gone - (open === undefined ? 0 : 1))
  const what = open === undefined ? 'between operations' : `in ${open.operation.what}`
  return { lost, window: `${what}, ${lost === 0 ? 'nothing' : 'a tail without barrier'} lost` }
}

function different(expected: readonly string[], found: readonly string[]): Mismatch {
  const index = expected.findIndex((line, place) => line !== found[place])
  const place = index === -1 ? expected.length : index
  return new Mismatch(`The store holds\n${cut(found[place])}\nand not\n${cut(expected[place])}`)
}

function cut(line: string | undefined): string {
  return (line ?? 'nothing').slice(0, 2_000)
}
