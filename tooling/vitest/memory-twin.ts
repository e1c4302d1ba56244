import { memoryCheckpointer } from '@keepup/checkpoint'
import {
  type Checkpointer,
  type Clock,
  type Commit,
  KeepupError,
  type NewEntry,
  trustedLabel,
} from '@keepup/core'
import fc from 'fast-check'
import { expect } from 'vitest'

import { control, note, stranger } from './entries.ts'

const threads = ['a', 'b', 'c', 'd'] as const
const fold = { id: 'told', version: 1 }
const clock = { now: () => 1_700_000_000_000, sleep: () => Promise.resolve() }
const newSalt = (): string => '0'.repeat(32)

/** One step that both backends take; where it cannot be taken, both must refuse it with the same code. */
type Step = (checkpointer: Checkpointer) => Promise<unknown>

const thread = fc.constantFrom(...threads)
const position = fc.integer({ min: 0, max: 14 })
const entry: fc.Arbitrary<NewEntry> = fc.oneof(
  { weight: 5, arbitrary: fc.jsonValue({ maxDepth: 2 }).map((data) => note(data)) },
  fc.constant(
    note('labelled', { labels: { default: trustedLabel, leaves: [['/x', trustedLabel]] }, until: 5_000 }),
  ),
  fc.constant(note('caused', { cause: 'signal', scope: 'node' })),
  position.map((to): NewEntry => ({ ...note({ to }), type: 'thread-rewound', critical: true })),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(thread, fc.array(entry, { minLength: 1, maxLength: 3 }), fc.constantFrom('process', 'power'))
      .map(
        ([name, entries, flush]): Step =>
          (checkpointer) =>
            appendAtHead(checkpointer, name, { entries, flush }),
      ),
  },
  fc.tuple(thread, position).map(([name, id]): Step => (checkpointer) => {
    const signal = { ...control(name, `signal ${id}`), channel: 'messages' }
    return checkpointer.signal([signal], 'process')
  }),
  fc.tuple(thread, position).map(
    ([name, id]): Step =>
      (checkpointer) =>
        appendAtHead(checkpointer, name, { entries: [note('took')], takes: [`signal ${id}`] }),
  ),
  fc.tuple(thread, position, thread).map(
    ([from, at, to]): Step =>
      (checkpointer) =>
        checkpointer.fork({ thread: from, at }, to),
  ),
  fc.tuple(thread, position).map(
    ([name, at]): Step =>
      (checkpointer) =>
        checkpointer.snapshot(name, { fold, at, bytes: new Uint8Array([at]) }),
  ),
  fc.tuple(thread, position, fc.constantFrom('refuse', 'cascade')).map(
    ([name, at, forks]): Step =>
      (checkpointer) =>
        checkpointer.erase({ thread: name, entries: [at], forks }),
  ),
  fc.tuple(thread, fc.constantFrom('refuse', 'cascade')).map(
    ([name, forks]): Step =>
      (checkpointer) =>
        checkpointer.erase({ thread: name, forks }),
  ),
  fc.tuple(thread, position).map(([name, through]): Step => async (checkpointer) => {
    const lease = await checkpointer.lease(name, stranger, 60_000)
    return checkpointer.prune({
      thread: name,
      lease: lease.token,
      through,
      fold,
      state: [through],
      time: 1_700_000_000_000,
    })
  }),
)

async function appendAtHead(
  checkpointer: Checkpointer,
  name: string,
  more: { entries: readonly NewEntry[]; takes?: readonly string[]; flush?: Commit['flush'] },
): Promise<unknown> {
  const { flush = 'process', ...append } = more
  const lease = await checkpointer.lease(name, stranger, 60_000)
  const { head } = await checkpointer.read(name)
  return checkpointer.commit({
    appends: [{ thread: name, after: head, lease: lease.token, ...append }],
    flush,
  })
}

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

/** A checkpointer of a new store, and what removes the store. */
export interface TwinStore {
  readonly checkpointer: Checkpointer
  readonly remove: () => Promise<void>
}

/** Runs random programs on a backend and on the one in memory, with the same clock and salts: both must do, refuse and show the same. */
export async function compareWithMemory(
  open: (parts: { readonly clock: Clock; readonly newSalt: () => string }) => Promise<TwinStore>,
  runs: number,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const store = await open({ clock, newSalt })
      const backends = [store.checkpointer, memoryCheckpointer({ clock, newSalt })]
      for (const take of steps) {
        const [stored, remembered] = await Promise.all(backends.map((backend) => outcomeOf(take(backend))))
        expect(stored).toEqual(remembered)
      }
      const [stored, remembered] = await Promise.all(backends.map(appearance))
      expect(stored).toEqual(remembered)
      await store.remove()
    }),
    { numRuns: runs },
  )
}
