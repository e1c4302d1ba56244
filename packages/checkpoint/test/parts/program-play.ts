import assert from 'node:assert/strict'

import type { Checkpointer, LeaseToken, NewEntry } from '@keepup/core'
import fc from 'fast-check'

import { memoryCheckpointer, verifyThread } from '../../src/index.ts'
import { collect } from './collect.ts'
import { note, rewound, stranger } from './entry.ts'

/** A thread as a naive copy of everything. */
interface Model {
  /** The effective history at every position. */
  readonly histories: unknown[][]
  /** The physical log. */
  readonly log: unknown[]
  readonly waiting: { readonly id: string; readonly channel: string }[]
  readonly known: Set<string>
  token: LeaseToken
  holder: string | undefined
}

type Step = { readonly thread: string } & (
  | {
      readonly do: 'commit'
      readonly owner: string
      readonly count: number
      readonly take: number
      readonly stale: boolean
    }
  | { readonly do: 'rewind'; readonly owner: string; readonly to: number }
  | { readonly do: 'signal'; readonly id: string; readonly channel: string }
  | { readonly do: 'fork'; readonly at: number; readonly to: string }
  | { readonly do: 'lease' | 'release'; readonly owner: string }
)

const thread = fc.constantFrom('a', 'b', 'c', 'd')
const owner = fc.constantFrom('one', 'two')
const channel = fc.constantFrom('messages', 'steers', 'control', 'answers:1')
/** One step of a program. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      thread,
      owner,
      count: fc.integer({ min: 1, max: 3 }),
      take: fc.nat(3),
      stale: fc.nat(5).map((number) => number === 0),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rewind' as const), thread, owner, to: fc.nat(20) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('signal' as const),
      thread,
      channel,
      id: fc.integer({ min: 0, max: 30 }).map((number) => `s-${number}`),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('fork' as const), thread, at: fc.nat(20), to: thread }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('lease' as const, 'release' as const), thread, owner }),
  },
)

const capacity = 3

/** Plays one program on the checkpointer and on the model, comparing what each step gives. */
export class Play {
  readonly models = new Map<string, Model>()
  readonly leases = new Map<string, { readonly token: LeaseToken; release(): Promise<void> }>()
  readonly checkpointer: Checkpointer = memoryCheckpointer({ capacity, isOwnerDead: () => false })
  #data = 0

  model(name: string): Model {
    const found = this.models.get(name)
    if (found !== undefined) return found
    const made: Model = {
      histories: [[]],
      log: [],
      waiting: [],
      known: new Set(),
      token: 0,
      holder: undefined,
    }
    this.models.set(name, made)
    return made
  }

  async step(taken: Step): Promise<void> {
    switch (taken.do) {
      case 'commit':
        return this.commit(taken)
      case 'rewind':
        return this.rewind(taken)
      case 'signal':
        return this.signal(taken)
      case 'fork':
        return this.fork(taken)
      case 'lease':
        return this.lease(taken.thread, taken.owner)
      case 'release':
        return this.release(taken.thread, taken.owner)
      default:
        throw new Error('unknown step')
    }
  }

  async commit(taken: Extract<Step, { do: 'commit' }>): Promise<void> {
    const model = this.model(taken.thread)
    const head = model.histories.length - 1
    const entries = Array.from({ length: taken.count }, () => note((this.#data += 1)))
    const takes = model.waiting.slice(0, taken.take).map(({ id }) => id)
    const made = await this.append(taken, entries, { after: taken.stale ? head + 1 : head, takes })
    const expected =
      model.holder !== taken.owner ? 'lease-lost' : taken.stale ? 'checkpoint-conflict' : head + taken.count
    assert.deepEqual(made, expected)
    if (typeof made === 'string') return
    model.waiting.splice(0, takes.length)
    for (const { data } of entries) this.grow(model, [...(model.histories.at(-1) ?? []), data], data)
  }

  async rewind(taken: Extract<Step, { do: 'rewind' }>): Promise<void> {
    const model = this.model(taken.thread)
    const head = model.histories.length - 1
    const to = taken.to % (head + 1)
    const made = await this.append(taken, [rewound(to)], { after: head, takes: [] })
    assert.deepEqual(made, model.holder === taken.owner ? head + 1 : 'lease-lost')
    if (typeof made === 'string') return
    this.grow(model, [...(model.histories[to] ?? []), { to }], { to })
  }

  grow(model: Model, history: unknown[], data: unknown): void {
    model.histories.push(history)
    model.log.push(data)
  }

  /** The new head, or the code of the error. */
  async append(
    taken: { readonly thread: string; readonly owner: string },
    entries: readonly NewEntry[],
    more: { readonly after: number; readonly takes: readonly string[] },
  ): Promise<number | string> {
    const lease = this.leases.get(`${taken.thread}/${taken.owner}`)?.token ?? 999
    try {
      const appends = [{ thread: taken.thread, lease, entries, ...more }]
      const [made] = await this.checkpointer.commit({ appends, flush: 'process' })
      return made?.sequence ?? 'none'
    } catch (error) {
      return codeOf(error)
    }
  }

  async signal({ thread: name, id, channel: lane }: Extract<Step, { do: 'signal' }>): Promise<void> {
    const model = this.model(name)
    const signal = { id, thread: name, channel: lane, type: 'message', time: 1, by: 'user', data: id }
    const [receipt] = await this.checkpointer.signal([signal], 'process')
    const queued = model.waiting.filter((waiting) => waiting.channel === lane).length
    const bounded = lane === 'messages' || lane === 'steers'
    const full = bounded && queued >= capacity ? 'full' : 'accepted'
    const expected = model.known.has(id) ? 'duplicate' : full
    assert.deepEqual(receipt, expected)
    if (expected !== 'accepted') return
    model.known.add(id)
    model.waiting.push({ id, channel: lane })
  }

  async fork(taken: Extract<Step, { do: 'fork' }>): Promise<void> {
    const from = this.model(taken.thread)
    const to = this.model(taken.to)
    const exists = (model: Model): boolean => model.histories.length > 1 || forked.has(model)
    const at = taken.at % from.histories.length
    const made = await this.checkpointer.fork({ thread: taken.thread, at }, taken.to).then(() => 'ok', codeOf)
    const expected = !exists(from) ? 'thread-unknown' : exists(to) ? 'thread-exists' : 'ok'
    assert.deepEqual(made, expected)
    if (made !== 'ok') return
    forked.add(to)
    to.histories.splice(0, 1, ...from.histories.slice(0, at + 1))
  }

  async lease(name: string, who: string): Promise<void> {
    const model = this.model(name)
    const made = await this.checkpointer.lease(name, stranger(who), 60_000).catch(codeOf)
    if (model.holder !== undefined && model.holder !== who) return assert.deepEqual(made, 'lease-held')
    if (typeof made === 'string') throw new Error(made)
    assert.deepEqual(made.token, model.token + 1)
    model.token += 1
    model.holder = who
    this.leases.set(`${name}/${who}`, made)
    return undefined
  }

  async release(name: string, who: string): Promise<void> {
    const model = this.model(name)
    await this.leases.get(`${name}/${who}`)?.release()
    if (model.holder === who) model.holder = undefined
  }

  /** Everything that can be read is what the model says. */
  async compare(): Promise<void> {
    for (const [name, model] of this.models) {
      const head = model.histories.length - 1
      assert.deepEqual((await this.checkpointer.read(name)).head, head)
      for (const [at, history] of model.histories.entries()) {
        const { entries } = await this.checkpointer.read(name, { at })
        assert.deepEqual(
          entries.map(({ data }) => data),
          history,
        )
      }
      const log = await collect(this.checkpointer.log(name))
      assert.deepEqual(
        log.map(({ data }) => data),
        model.log,
      )
      assert.deepEqual(
        (await this.checkpointer.pending(name)).map(({ id }) => id),
        model.waiting.map(({ id }) => id),
      )
      assert.deepEqual((await verifyThread(this.checkpointer, name)).entries, head)
    }
  }
}

/** Models that a fork made, also where it was forked at 0. */
const forked = new WeakSet<Model>()

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error)
}
