import { memoryArtifacts, memoryCheckpointer, readState } from '@keepup/checkpoint'
import {
  type ArtifactStore,
  type Checkpointer,
  type ContextPolicy,
  covers,
  type Entry,
  type Hooks,
  type Integrity,
  integrities,
  joinLabels,
  joinTable,
  type Label,
  labelAt,
  type LabelTable,
  type Tool,
  trustedLabel,
} from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { agentFold } from '@keepup/loop'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { expect, test } from 'vitest'

import { createRuntime } from '../src/index.ts'

/** Flows that are tried; KEEPUP_LABEL_FLOWS=10000 is the long form. KEEPUP_SEED replays one. */
const flows = Number(process.env['KEEPUP_LABEL_FLOWS'] ?? 60)
const firstSeed = Number(process.env['KEEPUP_SEED'] ?? 1)

/** A small generator, so that a seed is a flow (mulberry32). */
function chance(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

interface Step {
  readonly size: number
  readonly whole: Label
  readonly leaf: Label
  readonly hook: 'nothing' | 'context' | 'replaces'
}

function labelOf(pick: (below: number) => number): Label {
  const integrity: Integrity = integrities[pick(integrities.length)] ?? 'free-text'
  const sources = ['a', 'b', 'c'].filter(() => pick(2) === 0)
  return { integrity, sources, readers: pick(3) === 0 ? ['ada'] : 'anyone', confidential: pick(4) === 0 }
}

function stepsOf(seed: number): readonly Step[] {
  const pick = chance(seed)
  return Array.from({ length: 1 + pick(4) }, () => ({
    size: pick(3) === 0 ? 2000 : 10,
    whole: labelOf(pick),
    leaf: labelOf(pick),
    hook: (['nothing', 'context', 'replaces'] as const)[pick(3)] ?? 'nothing',
  }))
}

/** Gives what the step says, with labels of its own on the whole and on one leaf. */
function giver(steps: readonly Step[]): Tool<{ at: number }> {
  return {
    name: 'give',
    description: 'Gives.',
    input: jsonSchema({ type: 'object', properties: { at: { type: 'integer' } }, required: ['at'] }),
    repeat: 'safe',
    effects: () => [],
    produces: { default: 'trusted' },
    async run({ at }) {
      const { size = 1, whole = trustedLabel, leaf = trustedLabel } = steps[at] ?? {}
      const labels: LabelTable = { default: whole, leaves: [['/structured/leaf', leaf]] }
      return {
        content: [{ type: 'text', text: 'x'.repeat(size) }],
        structured: { leaf: `leaf ${at}` },
        labels,
      }
    },
  }
}

function hooksOf(steps: readonly Step[]): Hooks {
  let at = -1
  return {
    listens: (type) => type === 'tool-ended',
    async run() {
      at += 1
      const { hook } = steps[at] ?? { hook: 'nothing' }
      if (hook === 'context') return { context: ['said by a hook'] }
      return hook === 'replaces' ? { output: { content: [{ type: 'text', text: 'instead' }] } } : {}
    },
  }
}

/** Puts a summary in the place of the first call and its result, once there is more. */
const summarize: ContextPolicy = async ({ messages }) => {
  const all = [...messages]
  const isWhole = all[1]?.role === 'assistant' && all[1].content.some(({ type }) => type === 'tool-call')
  if (all.length < 5 || !isWhole) return []
  const text = (said: string) => [{ type: 'text', text: said }] as const
  const by = [
    { role: 'user', content: text('A summary.') },
    { role: 'assistant', content: text('I see.') },
    { role: 'user', content: text('Go on.') },
  ]
  const data = { replaced: 3, by }
  return [{ type: 'context-compacted', version: 1, critical: true, time: 0, by: 'runtime', data }]
}

interface Played {
  readonly checkpointer: Checkpointer
  readonly artifacts: ArtifactStore
  readonly entries: readonly Entry[]
}

async function play(steps: readonly Step[]): Promise<Played> {
  const checkpointer = memoryCheckpointer()
  const artifacts = memoryArtifacts()
  const calls = steps.map((_, at) => ({ calls: [{ name: 'give', input: { at } }] }))
  const model = { ...scriptedModel({ steps: [...calls, { text: 'Done.' }] }), contextWindow: 100_000 }
  const runtime = createRuntime({
    model,
    checkpointer,
    artifacts,
    tools: [giver(steps)],
    hooks: hooksOf(steps),
    contextPolicy: summarize,
    mode: 'yolo',
  })
  const run = runtime.run({ thread: 't', input: 'Go.' })[Symbol.asyncIterator]()
  while ((await run.next()).done !== true);
  return { checkpointer, artifacts, entries: (await checkpointer.read('t')).entries }
}

const finished = (entries: readonly Entry[]): readonly Entry[] =>
  entries.filter(({ type }) => type === 'tool-finished')

/** What a step gave, at its least: no part of a record may be worth more. */
async function check(seed: number): Promise<number> {
  const steps = stepsOf(seed)
  const { checkpointer, artifacts, entries } = await play(steps)
  const ended = finished(entries)
  expect(ended).toHaveLength(steps.length)
  let given: Label = trustedLabel
  for (const [at, entry] of ended.entries()) {
    const step = steps[at]
    if (step === undefined || entry.labels === undefined) throw new Error(`SEED=${seed}: no labels`)
    const text = labelAt(entry.labels, '/outcome/output/content/0')
    const leaf = labelAt(entry.labels, '/outcome/output/structured/leaf')
    expect({ seed, at, kept: covers(text, step.whole) && covers(leaf, step.leaf) }).toEqual({
      seed,
      at,
      kept: true,
    })
    for (const hash of entry.artifacts ?? []) {
      const stored = await artifacts.describe(hash)
      expect({ seed, at, spilled: stored !== undefined && covers(stored.label, step.whole) }).toEqual({
        seed,
        at,
        spilled: true,
      })
    }
    given = joinLabels(joinLabels(given, joinTable(entry.labels)), joinLabels(step.whole, step.leaf))
    // A fork there knows as much, whatever was compacted before.
    const { state } = await readState(checkpointer, 't', agentFold, entry.sequence)
    expect({ seed, at, exposed: covers(state.exposure, given) }).toEqual({ seed, at, exposed: true })
  }
  await checkpointer.fork({ thread: 't', at: ended.at(-1)?.sequence ?? 0 }, 'fork')
  const forked = await readState(checkpointer, 'fork', agentFold)
  expect({ seed, forked: covers(forked.state.exposure, given) }).toEqual({ seed, forked: true })
  return entries.filter(({ type }) => type === 'context-compacted').length
}

test('no label of any leaf is lost or raised by outputs that are spilled, hooks, compaction, checkpoints and forks', async () => {
  let compacted = 0
  for (let seed = firstSeed; seed < firstSeed + flows; seed += 1) compacted += await check(seed)
  expect(compacted).toBeGreaterThan(0)
}, 3_600_000)

test('control: the check sees a label that was raised', async () => {
  const free: Label = { ...trustedLabel, integrity: 'free-text', sources: ['a'] }
  const [entry] = finished(
    (await play([{ size: 1, whole: trustedLabel, leaf: free, hook: 'nothing' }])).entries,
  )
  const labels = entry?.labels ?? { default: trustedLabel }
  expect(covers(labelAt(labels, '/outcome/output/structured/leaf'), free)).toBe(true)
  expect(covers(labels.default, free)).toBe(false)
})
