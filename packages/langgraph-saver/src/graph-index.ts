import { type Entry, KeepupError } from '@keepup/core'

import { type Change, changed } from './change.ts'
import { factOf, type PutData, type WritesData } from './graph-fact.ts'
import { resolveWrites, type StoredWrite } from './shared-writes.ts'
import type { Form } from './stored-form.ts'

/** A write of a task on a checkpoint. */
export interface Write extends StoredWrite {
  readonly task: string
  readonly index: number
}

/**
 * What tasks wrote on a checkpoint until the next one followed from it. A checkpoint that is run again, or changed twice by hand, gets another attempt: what
 * was written for one future is not mixed with what was written for its sibling.
 */
export interface Attempt {
  readonly writes: Map<string, Write>
  isClosed: boolean
}

/** A stored checkpoint. */
export interface Put {
  readonly id: string
  readonly ns: string
  readonly parent: string | undefined
  /** The parent as it was when this followed from it. */
  readonly base: Put | undefined
  /** What was written on the parent for this future. */
  readonly attempt: Attempt | undefined
  readonly rest: Change | undefined
  readonly values: Change | undefined
  readonly metadata: Form
  /** The channels that have a value. */
  readonly channels: ReadonlySet<string>
  /** How many checkpoints it is made of. */
  readonly depth: number
  /** The ids of those that follow from it. */
  readonly children: Set<string>
}

/** The state of a graph at a checkpoint, as stored: besides the values of channels, and these. */
export interface PutState {
  readonly rest: Form
  readonly values: Readonly<Record<string, Form>>
}

/** One `checkpoint_ns` of a thread. */
interface Space {
  readonly puts: Map<string, Put>
  readonly attempts: Map<string, Attempt[]>
  /** Those without a parent. */
  readonly roots: Set<string>
  newest?: Put
}

const nothing: PutState = { rest: {}, values: {} }
/** The state of every so manieth checkpoint of a branch is remembered, and that of the latest one used. */
const between = 32
const rememberedStates = 256

/** A thread of a graph, folded: which checkpoints there are, what they follow from, what tasks wrote on them. */
export class GraphIndex {
  readonly #spaces = new Map<string, Space>()
  readonly #written = new Map<number, readonly Form[]>()
  readonly #states = new Map<Put, PutState>()

  /** Takes up an entry, in the order of the thread. */
  apply(entry: Entry): void {
    const fact = factOf(entry)
    if (fact?.type === 'put') this.#put(fact.data)
    if (fact?.type === 'writes') this.#write(fact.data, fact.sequence)
  }

  find(ns: string, id: string): Put | undefined {
    return this.#spaces.get(ns)?.puts.get(id)
  }

  /** The one with the greatest id: LangGraph's ids are ordered by time (UUID version 6). */
  newest(ns: string): Put | undefined {
    return this.#spaces.get(ns)?.newest
  }

  /** All of them, in no order. */
  puts(): readonly Put[] {
    return [...this.#spaces.values()].flatMap(({ puts }) => [...puts.values()])
  }

  /** The ids of what follows from a checkpoint; without an id, of those that follow from none. */
  following(ns: string, id?: string): ReadonlySet<string> {
    const space = this.#spaces.get(ns)
    const found = id === undefined ? space?.roots : space?.puts.get(id)?.children
    return found ?? new Set()
  }

  /** The latest attempt on a checkpoint, which need not be stored yet. */
  attempt(ns: string, id: string): Attempt | undefined {
    return this.#spaces.get(ns)?.attempts.get(id)?.at(-1)
  }

  /** The state at a checkpoint. Must not be changed. */
  state(put: Put): PutState {
    const path: Put[] = []
    let start: PutState = nothing
    for (let step: Put | undefined = put; step !== undefined; step = step.base) {
      const known = this.#states.get(step)
      if (known !== undefined) {
        start = known
        break
      }
      path.push(step)
    }
    let state = start
    for (const step of path.toReversed()) {
      state = stateAfter(state, step)
      if (step.depth % between === 0 || step === put) this.#remember(step, state)
    }
    return state
  }

  #remember(put: Put, state: PutState): void {
    this.#states.set(put, state)
    // Whoever goes on from the newest state seldom comes back to the one before.
    if (put.base !== undefined && put.base.depth % between !== 0) this.#states.delete(put.base)
    if (this.#states.size <= rememberedStates) return
    const [oldest] = this.#states.keys()
    if (oldest !== undefined) this.#states.delete(oldest)
  }

  #put(data: PutData): void {
    const space = this.#space(data.ns)
    const parent = data.parent === undefined ? undefined : space.puts.get(data.parent)
    const put = this.#putOf(data, space, parent)
    space.puts.set(data.id, put)
    const siblings = data.parent === undefined ? space.roots : parent?.children
    siblings?.add(data.id)
    if (space.newest === undefined || data.id >= space.newest.id) space.newest = put
  }

  #putOf(data: PutData, space: Space, parent: Put | undefined): Put {
    const base = data.based ? parent : undefined
    if (data.based && base === undefined) throw parentGone(data)
    const attempt = closeAttempt(space, data.parent)
    const values = resolveWrites(data.values, (sequence, at) => this.#written.get(sequence)?.[at])
    return {
      id: data.id,
      ns: data.ns,
      parent: data.parent,
      base,
      attempt,
      rest: data.rest,
      values,
      metadata: data.metadata,
      channels: channelsAfter(base?.channels ?? new Set(), values),
      depth: (base?.depth ?? 0) + 1,
      children: space.puts.get(data.id)?.children ?? new Set(),
    }
  }

  #write(data: WritesData, sequence: number): void {
    const attempts = mapped(this.#space(data.ns).attempts, data.id, () => [])
    const last = attempts.at(-1)
    const attempt = last === undefined || last.isClosed ? { writes: new Map(), isClosed: false } : last
    if (attempt !== last) attempts.push(attempt)
    this.#written.set(
      sequence,
      data.writes.map(([, , form]) => form),
    )
    for (const [position, [index, channel, form]] of data.writes.entries()) {
      const key = writeKey(data.task, index)
      if (!data.replace && attempt.writes.has(key)) continue
      attempt.writes.set(key, { task: data.task, index, channel, form, sequence, position })
    }
  }

  #space(ns: string): Space {
    return mapped(this.#spaces, ns, () => ({ puts: new Map(), attempts: new Map(), roots: new Set() }))
  }
}

/** The writes of an attempt by task and index, as LangGraph's savers in SQL give them. */
export function orderedWrites(attempt: Attempt | undefined): readonly Write[] {
  return [...(attempt?.writes.values() ?? [])].toSorted((a, b) =>
    a.task === b.task ? a.index - b.index : a.task < b.task ? -1 : 1,
  )
}

/** What names a write within an attempt. */
export function writeKey(task: string, index: number): string {
  return `${index} ${task}`
}

/** What was written on the parent so far is what led to this future; whatever is written there later leads to another. */
function closeAttempt(space: Space, parent: string | undefined): Attempt | undefined {
  const attempt = parent === undefined ? undefined : space.attempts.get(parent)?.at(-1)
  if (attempt !== undefined) attempt.isClosed = true
  return attempt
}

function stateAfter(state: PutState, { rest, values }: Put): PutState {
  return {
    rest: rest === undefined ? state.rest : changed(state.rest, rest),
    // The changes of values are those of an object's members.
    values:
      values === undefined ? state.values : (changed(state.values, values) as Readonly<Record<string, Form>>),
  }
}

function channelsAfter(before: ReadonlySet<string>, values: Change | undefined): ReadonlySet<string> {
  if (values === undefined || !('members' in values)) return before
  const gone = values.gone ?? []
  const isSame = gone.length === 0 && Object.keys(values.members).every((channel) => before.has(channel))
  if (isSame) return before
  const after = new Set([...before, ...Object.keys(values.members)])
  for (const channel of gone) after.delete(channel)
  return after
}

function mapped<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}

function parentGone({ id, parent }: PutData): KeepupError {
  const message = `Checkpoint ${id} is stored as what it changes in checkpoint ${parent}, which was erased. Erase the thread, or restore it from a backup.`
  return new KeepupError('thread-damaged', message, { details: { checkpoint: id, parent } })
}
