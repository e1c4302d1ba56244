import type { Checkpointer, Commit, Lease, Milliseconds, NewEntry } from '@keepup/core'
import { trustedLabel } from '@keepup/core'
import fc from 'fast-check'

import { control, note, stranger } from './entries.ts'

/** The names of a program's threads. */
export const threads = ['a', 'b', 'c', 'd'] as const
/** The fold whose snapshots a program stores. */
export const fold = { id: 'told', version: 1 }
/** What one backend of the two is worked with, and what its two writers remember: their tokens, also those that others replaced long ago. */
export interface Hand {
  readonly checkpointer: Checkpointer
  readonly leases: Map<string, Lease>
  /** Grows with every crash: owners of earlier lives are dead. */
  readonly life: () => number
}

/** Something that both backends do; where it cannot be done, both must refuse it with the same code. */
export type Deed = (hand: Hand) => Promise<unknown>

/** One step of a program: a deed, one that is undone before its commit, time that passes, or a crash that leaves nothing but what was committed. */
export type Step =
  | { readonly do: Deed }
  | { readonly undo: Deed }
  | { readonly pass: Milliseconds }
  | { readonly crash: true }

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

/** What one writer does, or anybody. */
const single: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(thread, fc.array(entry, { minLength: 1, maxLength: 3 }), fc.constantFrom('process', 'power'))
      .map(
        ([name, entries, flush]): Deed =>
          ({ checkpointer }) =>
            appendAtHead(checkpointer, name, { entries, flush }),
      ),
  },
  fc.tuple(thread, position).map(([name, id]): Deed => ({ checkpointer }) => {
    const signal = { ...control(name, `signal ${id}`), channel: 'messages' }
    return checkpointer.signal([signal], 'process')
  }),
  fc.tuple(thread, position).map(
    ([name, id]): Deed =>
      ({ checkpointer }) =>
        appendAtHead(checkpointer, name, { entries: [note('took')], takes: [`signal ${id}`] }),
  ),
  fc.tuple(thread, position, thread).map(
    ([from, at, to]): Deed =>
      ({ checkpointer }) =>
        checkpointer.fork({ thread: from, at }, to),
  ),
  fc.tuple(thread, position).map(
    ([name, at]): Deed =>
      ({ checkpointer }) =>
        checkpointer.snapshot(name, { fold, at, bytes: new Uint8Array([at]) }),
  ),
  fc.tuple(thread, position, fc.constantFrom('refuse', 'cascade')).map(
    ([name, at, forks]): Deed =>
      ({ checkpointer }) =>
        checkpointer.erase({ thread: name, entries: [at], forks }),
  ),
  fc.tuple(thread, fc.constantFrom('refuse', 'cascade')).map(
    ([name, forks]): Deed =>
      ({ checkpointer }) =>
        checkpointer.erase({ thread: name, forks }),
  ),
  fc.tuple(thread, position).map(([name, through]): Deed => async ({ checkpointer }) => {
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

/** What two writers do with one thread, each with the token it got last, however long ago. */
const contested: fc.Arbitrary<Deed> = fc
  .tuple(fc.constantFrom('one', 'two'), fc.constantFrom('a', 'b'))
  .chain(([writer, name]) => {
    const key = `${writer} ${name}`
    const token = ({ leases }: Hand): number => leases.get(key)?.token ?? 999_999
    const appendAfter = (hand: Hand, after: number, flush: Commit['flush']): Promise<unknown> => {
      const append = { thread: name, after, lease: token(hand), entries: [note(`by ${writer}`)] }
      return hand.checkpointer.commit({ appends: [append], flush })
    }
    const take = fc.constantFrom(1_000, 50_000).map((ttl): Deed => async ({ checkpointer, leases, life }) => {
      const owner = { ...stranger, instance: `${writer} of life ${life()}` }
      leases.set(key, await checkpointer.lease(name, owner, ttl))
      return 'leased'
    })
    return fc.oneof(
      { weight: 4, arbitrary: take },
      fc.constantFrom('process' as const, 'power' as const).map((flush): Deed => async (hand) => {
        const { head } = await hand.checkpointer.read(name)
        return appendAfter(hand, head, flush)
      }),
      position.map(
        (after): Deed =>
          (hand) =>
            appendAfter(hand, after, 'process'),
      ),
      position.map(
        (at): Deed =>
          (hand) =>
            hand.checkpointer.snapshot(name, { fold, at, bytes: new Uint8Array([at]) }, token(hand)),
      ),
      position.map(
        (through): Deed =>
          (hand) =>
            hand.checkpointer.prune({
              thread: name,
              lease: token(hand),
              through,
              fold,
              state: [through],
              time: 1_700_000_000_000,
            }),
      ),
      fc.constant<Deed>(async ({ leases }) => leases.get(key)?.renew(2_000)),
      fc.constant<Deed>(async ({ leases }) => leases.get(key)?.release()),
    )
  })

const deed = fc.oneof({ weight: 2, arbitrary: single }, { weight: 2, arbitrary: contested })

/** One step of a program. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 40, arbitrary: deed.map((each): Step => ({ do: each })) },
  { weight: 3, arbitrary: single.map((each): Step => ({ undo: each })) },
  { weight: 6, arbitrary: fc.constantFrom(500, 1_500, 60_000).map((pass): Step => ({ pass })) },
  { weight: 1, arbitrary: fc.constant<Step>({ crash: true }) },
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
