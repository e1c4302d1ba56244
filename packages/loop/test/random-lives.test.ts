import { memoryCheckpointer } from '@keepup/checkpoint'
import {
  type Hooks,
  type HookVerdict,
  type AgentEvent,
  type Checkpointer,
  type Commit,
  type ContextPolicy,
  type Entry,
  integrities,
  KeepupError,
  type Label,
  type LabelTable,
  type Model,
  type ModelEvent,
  type ModelRequest,
  type NewSignal,
  type Repeat,
  type ToolCoordinator,
  type ToolOutcome,
  trustedLabel,
} from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { createOrchestrator } from '../src/index.ts'
import { completed, harness } from './harness.ts'
import { checkLabels, checkPrefixes } from './life-rules.ts'
import { witnessed } from './message-rules.ts'
import { randomEffects, randomFiles } from './random-files.ts'

/** Chance that a seed drives (mulberry32). */
function createChance(seed: number) {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return { below: (bound: number) => Math.floor(next() * bound), happens: (odds: number) => next() < odds }
}
type Chance = ReturnType<typeof createChance>

const repeats: Readonly<Record<string, Repeat>> = {
  look: 'safe',
  put: 'idempotent',
  act: 'once',
  pay: 'once',
}

/** What a life depends on, and what happened outside it. */
interface World {
  readonly chance: Chance
  readonly acts: string[]
  readonly hooked: boolean
  readonly kept: boolean
  readonly pause: () => Promise<void>
}

function randomLabel({ below, happens }: Chance): Label {
  return {
    integrity: integrities[below(integrities.length)] ?? 'free-text',
    sources: [`tool:${below(6)}`],
    readers: happens(0.7) ? 'anyone' : ['ann', 'bob'].slice(below(2)),
    confidential: happens(0.1),
  }
}

function randomModel({ chance, pause }: World): Model {
  let ids = 0
  return {
    id: 'random/model',
    contextWindow: 20_000,
    price: { input: 3, cached: 1, cacheWritten: 4, output: 15 },
    async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
      await pause()
      yield { type: 'text-delta', text: 'hm' }
      await pause()
      if (signal.aborted || chance.happens(0.08)) {
        yield { type: 'failed', failure: { kind: 'interrupted', message: 'cut', retryable: true } }
        return
      }
      const wants = request.toolChoice === 'none' ? chance.happens(0.2) : chance.happens(0.75)
      const calls = Array.from({ length: wants ? 1 + chance.below(4) : 0 }, () => ({
        type: 'tool-call' as const,
        // Now and then one that is taken already, or none.
        id: chance.happens(0.1) ? 'same' : chance.happens(0.05) ? '' : `c${(ids += 1)}`,
        name: ['look', 'put', 'act', 'pay', 'gone'][chance.below(5)] ?? 'look',
        input: { n: chance.below(3) },
      }))
      const text = chance.happens(0.1) ? '' : `words ${chance.below(1_000)}`
      const content = [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...calls]
      const usage = {
        input: [...request.messages].length * 40,
        cached: 0,
        cacheWritten: 0,
        output: 20,
        reasoning: 0,
      }
      yield { type: 'finished', message: { role: 'assistant', content }, reason: 'stop', usage }
    },
  }
}

function randomTools(world: World): ToolCoordinator {
  const definitions = Object.keys(repeats).map((name) => ({
    name,
    description: name,
    input: { type: 'object' },
  }))
  const { chance } = world
  const labelled = (outcome: ToolOutcome, label: Label): { outcome: ToolOutcome; labels: LabelTable } => ({
    outcome,
    labels: chance.happens(0.5)
      ? { default: label }
      : { default: trustedLabel, leaves: [['/content/0/text', label]] },
  })
  return {
    definitions: () => definitions,
    async prepare(call, { exposure }) {
      await world.pause()
      const repeat = repeats[call.name]
      if (repeat === undefined || chance.happens(0.05))
        return { type: 'refused', outcome: { type: 'denied', reason: 'no' }, labels: { default: exposure } }
      const act = async (isAsked: boolean) => {
        if (repeat === 'once' && !isAsked) world.acts.push(call.key)
        await world.pause()
        const label = randomLabel(chance)
        return labelled(
          chance.happens(0.2)
            ? { type: 'failed', code: 'x', message: 'no' }
            : completed(`ok ${chance.below(9)}`),
          label,
        )
      }
      const ready = {
        repeat,
        effects: world.kept ? randomEffects(world) : [],
        input: call.input,
        digest: JSON.stringify(call.input),
        reconcilable: chance.happens(0.3),
        run: () => act(false),
        reconcile: () => act(true),
      }
      // Some ask for words, by a key that a seed gives again.
      const wants = /[0-7]$/.test(call.key) ? { wants: { options: ['a', 'b'] } } : {}
      return call.name === 'pay'
        ? { type: 'ask', question: 'May it?', reasons: [], ...wants, ready }
        : { type: 'ready', ...ready }
    },
  }
}

/** Lets the process die with some commit, before or after it. */
function mortal(inner: Checkpointer, { chance, pause }: World): Checkpointer {
  let left = chance.happens(0.6) ? 1 + chance.below(25) : Number.POSITIVE_INFINITY
  const dead = (): KeepupError => new KeepupError('database-unavailable', 'The process is dead.')
  return {
    ...inner,
    async commit(batch: Commit) {
      await pause()
      if (left <= 0) throw dead()
      left -= 1
      if (left <= 0 && chance.happens(0.5)) throw dead()
      const checkpoints = await inner.commit(batch)
      if (left <= 0) throw dead()
      return checkpoints
    },
  }
}

let ids = 0
function randomSignal({ chance }: World, events: readonly AgentEvent[]): NewSignal {
  const base = { id: `r${(ids += 1)}`, thread: 't', time: 1, by: 'user' }
  const message = { role: 'user', content: [{ type: 'text', text: `text ${ids}` }] }
  const label = { labels: { default: randomLabel(chance) } }
  const asked = events.findLast((event) => event.type === 'approval-requested')
  const kinds: readonly NewSignal[] = [
    { ...base, ...label, channel: 'steers', type: 'steer', data: { message } },
    { ...base, ...label, channel: 'messages', type: 'message', data: { message } },
    { ...base, channel: 'control', type: 'tag', data: { tag: 'a', at: 1 } },
    { ...base, ...label, channel: 'control', type: 'stop', data: { reason: 'stop' } },
    { ...base, channel: 'control', type: 'interrupt', data: { reason: 'halt' } },
    { ...base, channel: 'control', type: 'rewind', data: { to: chance.below(40) } },
  ]
  const [first] = kinds
  if (asked?.type === 'approval-requested' && chance.happens(0.6)) {
    const { approval, digest } = asked.data
    return {
      ...base,
      channel: `answers:${approval}`,
      type: 'answer',
      data: { approval, digest, allow: chance.happens(0.7) },
    }
  }
  return (
    kinds[chance.below(chance.happens(0.5) ? 3 : kinds.length)] ??
    first ?? { ...base, channel: 'x', type: 'x', data: 0 }
  )
}

/** Hooks that now and then add words, refuse, or end the run. */
function randomHooks({ chance, pause }: World): Hooks {
  return {
    listens: () => true,
    async run({ type }): Promise<HookVerdict> {
      await pause()
      if (chance.happens(0.9)) return {}
      if (chance.happens(0.2)) return { stop: `stopped at ${type}` }
      if (chance.happens(0.2)) return { decision: { type: 'deny', reason: `refused at ${type}` } }
      return { context: [`a word at ${type}`] }
    },
  }
}

/** Compacts now and then, and now and then in the middle of a call and its result: that must be refused. */
function randomPolicy({ chance, pause }: World): ContextPolicy {
  return async ({ messages }) => {
    await pause()
    if (messages.length < 6 || !chance.happens(0.15)) return []
    const by = [{ role: 'user', content: [{ type: 'text', text: '[summary]' }] }]
    const data = { replaced: 1 + chance.below(messages.length - 1), by }
    return [{ type: 'context-compacted', version: 1, critical: true, time: 1, by: 'runtime', data }]
  }
}

/** One process, to which anything may happen. */
async function liveOnce(
  world: World,
  life: number,
  inner: Checkpointer,
  witness: ReturnType<typeof witnessed>,
): Promise<void> {
  const { chance } = world
  witness.requests.length = 0
  const events: AgentEvent[] = []
  const { parts } = harness({
    checkpointer: inner,
    model: witness.model,
    owner: { host: 'h', boot: 'b', process: life, started: '', instance: `${life}` },
    unattended: chance.happens(0.5) ? 'wait' : 'deny',
    group: chance.happens(0.8),
    limits: { turns: 3 + chance.below(10) },
    poll: 1,
    snapshotAfter: chance.happens(0.3) ? 5 : 0,
    contextPolicy: randomPolicy(world),
    ...(world.hooked ? { hooks: randomHooks(world) } : {}),
    ...(world.kept ? { files: randomFiles(world) } : {}),
  })
  const run = createOrchestrator({ ...parts, tools: randomTools(world), checkpointer: mortal(inner, world) })
  const abort = new AbortController()
  try {
    for await (const event of run({ thread: 't', input: `input ${life}`, signal: abort.signal })) {
      events.push(event)
      if (chance.happens(0.08)) await inner.signal([randomSignal(world, events)], 'process')
      if (chance.happens(0.01)) abort.abort(new Error('ctrl-c'))
      if (chance.happens(0.005)) break
    }
  } catch (error) {
    if (!String(error).includes('dead') && !KeepupError.is(error, 'input-invalid')) throw error
  }
  checkPrefixes(witness.requests, events)
}

async function live(seed: number): Promise<readonly Entry[]> {
  const chance = createChance(seed)
  const pause = async (): Promise<void> => {
    for (let turns = chance.below(3); turns > 0; turns -= 1)
      await new Promise((resolve) => setImmediate(resolve))
  }
  const world: World = { chance, acts: [], pause, hooked: chance.happens(0.5), kept: chance.happens(0.5) }
  const inner = memoryCheckpointer({ isOwnerDead: () => true })
  harness({ checkpointer: inner })
  const witness = witnessed(randomModel(world))
  for (let life = 0; life < 12; life += 1) await liveOnce(world, life, inner, witness)
  expect(witness.faults).toEqual([])
  const entries = await logOf(inner)
  // What a person took back may be done again.
  if (!entries.some(({ type }) => type === 'thread-rewound'))
    expect(new Set(world.acts).size, 'a once call ran twice').toBe(world.acts.length)
  return entries
}

async function logOf(checkpointer: Checkpointer): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for await (const entry of checkpointer.log('t')) entries.push(entry)
  return entries
}

/** More with `KEEPUP_LIVES=…`. */
const lives = Number(process.env['KEEPUP_LIVES'] ?? 40)

describe('a random life of crashes, aborts, signals and compaction', () => {
  test.each(Array.from({ length: lives }, (_, index) => [index + 1]))(
    'keeps every rule (seed %i)',
    async (seed) => {
      const entries = await live(seed)
      checkLabels(entries)
      const finishes = entries.filter(({ type }) => type === 'run-finished')
      expect(finishes.length).toBeGreaterThan(0)
    },
  )
})
