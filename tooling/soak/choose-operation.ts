import { readState } from '@keepup/checkpoint'
import {
  type ArtifactHash,
  type Checkpointer,
  KeepupError,
  type NewEntry,
  type NewSignal,
  type ThreadId,
} from '@keepup/core'
import type { Random } from '@keepup/testing/simulation'

import { inbox, moment, roots } from './fixed-parts.ts'
import type { Operation } from './operation.ts'
import { tally } from './tally.ts'

/** What a choice depends on. */
export interface Chooser {
  readonly random: Random
  readonly checkpointer: Checkpointer
  /** A name that nothing had before. */
  readonly newName: () => string
  /** Artifacts that were put in this life. */
  readonly artifacts: readonly ArtifactHash[]
  /** Only what survives a crash of the server once it is acknowledged. */
  readonly isPowerOnly: boolean
}

interface Chosen extends Chooser {
  readonly thread: ThreadId
  readonly head: number
  readonly others: readonly { readonly thread: ThreadId; readonly head: number }[]
}

type Choice = (chosen: Chosen) => Operation | Promise<Operation>

const powerful: readonly Choice[] = [
  append,
  append,
  append,
  spawn,
  signal,
  take,
  take,
  drain,
  drain,
  rewind,
  prune,
]
const weaker: readonly Choice[] = [
  append,
  append,
  signal,
  fork,
  snapshot,
  snapshot,
  prune,
  artifact,
  artifact,
  collect,
  erase,
]

/** Chooses what a worker does next, by chance and by what the store holds. */
export async function chooseOperation(chooser: Chooser): Promise<Operation> {
  const found: { thread: ThreadId; head: number }[] = []
  for await (const { thread, head } of chooser.checkpointer.threads())
    if (thread !== inbox) found.push({ thread, head })
  const { random } = chooser
  const name = random.pick([...roots, ...found.slice(0, 8).map(({ thread }) => thread)])
  const head = found.find(({ thread }) => thread === name)?.head ?? 0
  const chosen: Chosen = {
    ...chooser,
    thread: name,
    head,
    others: found.filter(({ thread }) => thread !== name),
  }
  return random.pick(chooser.isPowerOnly ? powerful : [...powerful, ...weaker])(chosen)
}

function entries({ random, newName, artifacts }: Chosen): NewEntry[] {
  return Array.from({ length: 1 + random.below(3) }, () => {
    const data = { name: newName(), text: 'x'.repeat(random.below(random.chance(0.1) ? 20_000 : 400)) }
    const named = artifacts.length > 0 && random.chance(0.3) ? { artifacts: [random.pick(artifacts)] } : {}
    return { type: 'note-taken', version: 1, critical: false, time: moment, by: 'user', data, ...named }
  })
}

function newSignal(thread: ThreadId, { newName, random }: Chosen): NewSignal {
  const [id, channel] = [newName(), random.pick(['messages', 'control', 'answers:1'])]
  return { id, thread, channel, type: 'message', time: moment, by: 'user', data: { id } }
}

function flushOf({ isPowerOnly, random }: Chosen): 'process' | 'power' {
  return isPowerOnly || random.chance(0.25) ? 'power' : 'process'
}

function append(chosen: Chosen): Operation {
  const { thread, head } = chosen
  const appends = [{ thread, after: head, entries: entries(chosen) }]
  return { kind: 'commit', what: 'commit', appends, signals: [], flush: flushOf(chosen) }
}

/** Two threads and a signal in one commit: all or nothing. */
function spawn(chosen: Chosen): Operation {
  const { thread, head, others, newName } = chosen
  const other = others[0] ?? { thread: `s-${newName()}`, head: 0 }
  const appends = [
    { thread, after: head, entries: entries(chosen) },
    { thread: other.thread, after: other.head, entries: entries(chosen) },
  ]
  const signals = [newSignal(other.thread, chosen)]
  return { kind: 'commit', what: 'commit of two threads', appends, signals, flush: flushOf(chosen) }
}

function signal(chosen: Chosen): Operation {
  const signals = Array.from({ length: 1 + chosen.random.below(3) }, () => newSignal(chosen.thread, chosen))
  return { kind: 'signal', what: 'signal', signals, flush: flushOf(chosen) }
}

/** Takes the first signals of a channel with the entry they caused. */
async function take(chosen: Chosen): Promise<Operation> {
  const { checkpointer, thread, head, random } = chosen
  const waiting = await checkpointer.pending(thread)
  const channel = waiting[0]?.channel
  const takes = waiting
    .filter((each) => each.channel === channel)
    .slice(0, 1 + random.below(3))
    .map(({ id }) => id)
  if (takes.length === 0) return signal(chosen)
  const appends = [{ thread, after: head, entries: entries(chosen), takes }]
  return { kind: 'commit', what: 'taking of signals', appends, signals: [], flush: flushOf(chosen) }
}

/** Takes what another process signalled. */
async function drain(chosen: Chosen): Promise<Operation> {
  const { checkpointer, random } = chosen
  const waiting = await checkpointer.pending(inbox)
  const takes = waiting.slice(0, 1 + random.below(5)).map(({ id }) => id)
  if (takes.length === 0) return append(chosen)
  const { head } = await checkpointer.read(inbox)
  const said = takes.map((data): NewEntry => ({
    type: 'taken',
    version: 1,
    critical: false,
    time: moment,
    by: 'user',
    data,
  }))
  const appends = [{ thread: inbox, after: head, entries: said, takes }]
  return { kind: 'commit', what: "taking of another's signals", appends, signals: [], flush: flushOf(chosen) }
}

function rewind(chosen: Chosen): Operation {
  const { thread, head, random } = chosen
  const data = { to: random.below(head + 1) }
  const entry: NewEntry = {
    type: 'thread-rewound',
    version: 1,
    critical: true,
    time: moment,
    by: 'user',
    data,
  }
  const appends = [{ thread, after: head, entries: [entry] }]
  return { kind: 'commit', what: 'rewind', appends, signals: [], flush: flushOf(chosen) }
}

function fork(chosen: Chosen): Operation {
  const { thread, head, random, newName } = chosen
  // Now and then to a name that is taken.
  const to = random.chance(0.1) ? 'a' : `f-${newName()}`
  return { kind: 'fork', what: 'fork', from: { thread, at: random.below(head + 1) }, to }
}

async function snapshot(chosen: Chosen): Promise<Operation> {
  const at = chosen.random.chance(0.6) ? chosen.head : 1 + chosen.random.below(chosen.head + 1)
  const state = await stateAt(chosen, at)
  if (state === undefined) return append(chosen)
  return { kind: 'snapshot', what: 'snapshot', thread: chosen.thread, at, state }
}

async function prune(chosen: Chosen): Promise<Operation> {
  const { thread, head, random } = chosen
  const through = 1 + random.below(head + 1)
  const state = await stateAt(chosen, through)
  if (state === undefined) return append(chosen)
  return { kind: 'prune', what: 'prune', pruning: { thread, through, state, time: moment } }
}

/** The state at a position; nothing where there is none. */
async function stateAt({ checkpointer, thread }: Chosen, at: number): Promise<unknown> {
  try {
    return (await readState(checkpointer, thread, tally, at)).state
  } catch (error) {
    if (KeepupError.is(error, 'checkpoint-unknown')) return undefined
    throw error
  }
}

function artifact({ random }: Chosen): Operation {
  const size = random.below(random.chance(0.4) ? 300_000 : 2_000)
  return { kind: 'artifact', what: 'artifact', size, fill: random.below(200) }
}

function collect(): Operation {
  return { kind: 'collect', what: 'collection of artifacts' }
}

function erase({ thread, head, random }: Chosen): Operation {
  const whole = random.chance(0.3)
  const forks = random.chance(0.5) ? 'cascade' : 'refuse'
  const some = whole ? {} : { entries: [1 + random.below(Math.max(1, head))] }
  return { kind: 'erase', what: 'erasure', erasure: { thread, forks, ...some } }
}
