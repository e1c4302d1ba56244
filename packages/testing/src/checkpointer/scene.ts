import assert from 'node:assert/strict'

import {
  type Append,
  type Checkpoint,
  type Checkpointer,
  type Entry,
  type Flush,
  type Lease,
  type LeaseToken,
  type Milliseconds,
  type NewEntry,
  type NewSignal,
  type Owner,
  type SignalId,
  systemClock,
  type ThreadId,
} from '@keepup/core'

import type { Check } from '../check.ts'
import { createShiftingClock } from '../shifting-clock.ts'
import type { Capability, CheckpointerHarness, CheckpointerStore } from './harness.ts'

/** How many signals a bounded channel holds in the suite. */
export const capacity = 8

/** A store with everything a check needs at hand. */
export interface Scene {
  readonly harness: CheckpointerHarness
  readonly store: CheckpointerStore
  readonly checkpointer: Checkpointer
  /** A lease's usual length. */
  readonly ttl: Milliseconds
  now(): number
  /** Lets so much time pass by the database's clock. */
  pass(duration: Milliseconds): Promise<void>
  /** Opens another store of the same kind, closed with the scene. */
  another(): Promise<CheckpointerStore>
  /** The same store through a second connection. */
  second(): Promise<CheckpointerStore>
  /** Closes the store and goes on with what it stored. */
  reopened(): Promise<Scene>
}

/** A check over a fresh scene, run only on backends that have what it needs. */
export interface CheckpointerCheck extends Check<CheckpointerHarness> {
  readonly needs: readonly Capability[]
  /** Runs only on backends that lack this. */
  readonly without?: Capability
}

/** A check that opens a scene, tries, and closes everything. */
export function check(
  name: string,
  body: (scene: Scene) => Promise<void>,
  needs: readonly Capability[] = [],
  without?: Capability,
): CheckpointerCheck {
  const run = async (harness: CheckpointerHarness): Promise<void> => {
    const open: CheckpointerStore[] = []
    try {
      await body(await createScene(harness, open))
    } finally {
      for (const store of open.toReversed()) await store.dispose()
    }
  }
  return without === undefined ? { name, needs, run } : { name, needs, without, run }
}

async function createScene(harness: CheckpointerHarness, open: CheckpointerStore[]): Promise<Scene> {
  const clock = createShiftingClock()
  const create = async (): Promise<CheckpointerStore> => {
    const store = await harness.create({ clock, capacity })
    open.push(store)
    return store
  }
  const around = (store: CheckpointerStore): Scene => ({
    harness,
    store,
    checkpointer: store.checkpointer,
    ttl: harness.realClock?.ttl ?? 30_000,
    now: () => clock.now(),
    pass: async (duration) => {
      if (harness.realClock === undefined) clock.shift(duration)
      else await systemClock.sleep(duration)
    },
    another: create,
    second: async () => {
      const second = await required(store.second, 'second')()
      open.push(second)
      return second
    },
    reopened: async () => {
      const reopen = required(store.reopen, 'reopen')
      const place = open.indexOf(store)
      open.splice(place, 1)
      const reopened = await reopen()
      open.splice(place, 0, reopened)
      return around(reopened)
    },
  })
  return around(await create())
}

/** What a harness must have unless it says that it lacks it. */
export function required<T>(part: T | undefined, capability: Capability): T {
  assert.ok(part !== undefined, `The harness has no \`${capability}\`: give it, or name it in \`lacks\``)
  return part
}

/** A record of a process that nobody here can prove dead. */
export function stranger(instance: string): Owner {
  return { host: 'conformance.invalid', boot: 'boot-1', process: 4711, started: '12345', instance }
}

/** An entry that says something. */
export function note(data: unknown, more: Partial<NewEntry> = {}): NewEntry {
  return {
    type: 'note-taken',
    version: 1,
    critical: false,
    time: 1_700_000_000_000,
    by: 'user',
    data,
    ...more,
  }
}

/** A signal of some channel. */
export function message(thread: ThreadId, id: SignalId, more: Partial<NewSignal> = {}): NewSignal {
  return {
    id,
    thread,
    channel: 'messages',
    type: 'message',
    time: 1_700_000_000_000,
    by: 'user',
    data: { id },
    ...more,
  }
}

/** The entry that hides what came after `to`. */
export function rewound(to: number): NewEntry {
  return {
    type: 'thread-rewound',
    version: 1,
    critical: true,
    time: 1_700_000_000_000,
    by: 'user',
    data: { to },
  }
}

/** Who holds a thread in a check. */
export interface Holder {
  readonly thread: ThreadId
  readonly lease: Lease
  readonly token: LeaseToken
  /** Appends after the head as this holder knows it: each value a note, each entry as it is. */
  append(...things: readonly unknown[]): Promise<Checkpoint>
  /** Appends with more than entries. */
  commit(
    entries: readonly NewEntry[],
    more: Partial<Append>,
    also?: { signals?: readonly NewSignal[]; flush?: Flush },
  ): Promise<Checkpoint>
}

/** Takes a thread's lease; the first values are appended one commit each. */
export async function hold(
  scene: { readonly checkpointer: Checkpointer; readonly ttl: Milliseconds },
  thread: ThreadId,
  ...values: readonly unknown[]
): Promise<Holder> {
  const { checkpointer } = scene
  const lease = await checkpointer.lease(thread, stranger('holder'), scene.ttl)
  let head = (await checkpointer.read(thread)).head
  const commit: Holder['commit'] = async (entries, more, also = {}) => {
    const append: Append = { thread, after: head, lease: lease.token, entries, ...more }
    const { signals = [], flush = 'process' } = also
    const [checkpoint] = await checkpointer.commit({ appends: [append], signals, flush })
    assert.ok(checkpoint, 'A commit gives a checkpoint for each append')
    head = checkpoint.sequence
    return checkpoint
  }
  const holder: Holder = {
    thread,
    lease,
    token: lease.token,
    commit,
    append: (...things) => commit(things.map(asEntry), {}),
  }
  for (const value of values) await holder.append(value)
  return holder
}

function asEntry(thing: unknown): NewEntry {
  const isEntry = typeof thing === 'object' && thing !== null && 'type' in thing && 'critical' in thing
  // What has an entry's two telling fields was made by `note` or `rewound`.
  return isEntry ? (thing as NewEntry) : note(thing)
}

/** The data of entries, those that rewind left out: whether they are shown is the backend's choice. */
export function told(entries: readonly Entry[]): readonly unknown[] {
  return entries.filter((entry) => entry.type !== 'thread-rewound').map((entry) => entry.data)
}

/** The data of a thread's effective history, told without a snapshot. */
export async function history(
  checkpointer: Checkpointer,
  thread: ThreadId,
  at?: number,
): Promise<readonly unknown[]> {
  return told((await checkpointer.read(thread, at === undefined ? {} : { at })).entries)
}

/** Everything that can be seen of some threads, to tell whether anything changed. */
export async function appearance(
  checkpointer: Checkpointer,
  ...threads: readonly ThreadId[]
): Promise<unknown> {
  const seen: unknown[] = []
  for (const thread of threads) {
    const log: Entry[] = []
    for await (const entry of checkpointer.log(thread)) log.push(entry)
    seen.push(await checkpointer.read(thread), log, await checkpointer.pending(thread))
  }
  return seen
}
