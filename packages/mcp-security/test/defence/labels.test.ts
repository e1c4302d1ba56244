import { isDeepStrictEqual } from 'node:util'

import {
  type Integrity,
  integrities,
  joinLabels,
  joinTable,
  labelAt,
  lostLabel,
  trustedLabel,
} from '@keepup/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { defence, type DefenceState, defenceFold, type ToolAnnotations } from '../../src/defence/index.ts'

const runs = 10_000
const ranked = (integrity: Integrity | 'own'): number =>
  integrity === 'own' ? 0 : integrities.indexOf(integrity)
const names = integrities.map((integrity) => `read_${integrity.replace('-', '_')}`)
const annotations: ToolAnnotations = {
  ...Object.fromEntries(
    integrities.map((integrity, at) => [
      names[at] ?? '',
      { effect: 'read', outputs: { default: integrity, confidential: at % 2 === 0 ? ['/secret'] : [] } },
    ]),
  ),
  store_note: {
    effect: 'write',
    arguments: { '/key': 'resource', '/text': 'content' },
    outward: false,
    reversible: true,
  },
}
const guard = defence({ annotations })
const fold = defenceFold(guard)

const value = fc.oneof(
  fc.constantFrom('alpha', 'beta-7', 'x@y.example', 'two words'),
  fc.string({ maxLength: 90 }),
  fc.integer({ min: 0, max: 9 }),
)
const step = fc.oneof(
  fc.record({ type: fc.constant('prompt' as const), text: fc.string({ maxLength: 40 }) }),
  fc.record({
    type: fc.constant('read' as const),
    tool: fc.constantFrom(...names, 'nobody_knows'),
    failed: fc.boolean(),
    output: fc.record({ a: value, list: fc.array(value, { maxLength: 3 }), secret: value }),
  }),
  fc.record({ type: fc.constant('write' as const), key: value, text: value }),
)
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

function take(state: DefenceState, one: Step): DefenceState {
  if (one.type === 'prompt') return guard.observePrompt(state, one.text)
  if (one.type === 'write')
    return guard.observeResult(state, {
      tool: 'store_note',
      input: { key: one.key, text: one.text },
      output: { id: 'n1' },
    })
  return guard.observeResult(state, { tool: one.tool, input: {}, output: one.output, failed: one.failed })
}

/** What is wrong with the labels of a result: a leaf that is worth more than its tool may say, or a whole that is worth more than a part. */
function raised(one: Step, before: DefenceState): readonly string[] {
  if (one.type !== 'read') return []
  const declared = integrities[names.indexOf(one.tool)] ?? 'free-text'
  const most = one.failed ? 'free-text' : declared
  const table = guard.label(before, { tool: one.tool, input: {}, output: one.output, failed: one.failed })
  const leaves = table.leaves ?? []
  const whole = joinTable(table)
  return [
    ...leaves
      .filter(([, { integrity }]) => ranked(integrity) < ranked(most))
      .map(([pointer]) => `raised ${pointer}`),
    ...['/structured/a', '/structured/secret'].filter((pointer) => leaves.every(([at]) => at !== pointer)),
    ...leaves
      .filter(([, label]) => joinLabels(table.default, label) !== table.default)
      .map(([at]) => `above ${at}`),
    ...(whole === table.default ? [] : ['the default is not the join']),
    ...(labelAt(table, '/content/0/text') === table.default ? [] : ['the text has another label']),
  ]
}

/** What a step lost of what was known before it. */
function lost(before: DefenceState, after: DefenceState): readonly string[] {
  const kept = [...after.leaves]
  return [
    ...[...before.leaves].filter((leaf, at) => kept[at] !== leaf).map(({ pointer }) => `lost ${pointer}`),
    ...(['exposed', 'private', 'strayed'] as const).filter((flag) => before[flag] && !after[flag]),
    ...[...before.written].filter((written) => !after.written.has(written)),
    ...(before.prompts.every((prompt, at) => after.prompts[at] === prompt) ? [] : ['lost a prompt']),
  ]
}

/** What a snapshot gave back otherwise than it was. */
function changed(state: DefenceState): readonly string[] {
  const stored: unknown = JSON.parse(JSON.stringify(fold.save?.({ seen: state, open: new Map() })))
  const loaded = fold.load?.(stored).seen
  return loaded !== undefined && isDeepStrictEqual(flat(loaded), flat(state)) ? [] : ['another after loading']
}

function flat({ leaves, prompts, ...rest }: DefenceState): unknown {
  return { ...rest, leaves: [...leaves], prompts: prompts.map(({ text }) => text) }
}

test(`over ${runs} random flows no label is lost or raised`, () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
      let state = guard.initial
      const wrong: string[] = []
      for (const one of steps) {
        wrong.push(...raised(one, state))
        const next = take(state, one)
        wrong.push(...lost(state, next))
        state = next
      }
      expect([...wrong, ...changed(state)]).toEqual([])
    }),
    { numRuns: runs },
  )
})

test('a label that was lost stands for the most restrictive one, whatever it is joined with', () => {
  fc.assert(
    fc.property(fc.constantFrom(...integrities), fc.boolean(), (integrity, confidential) => {
      const label = { ...trustedLabel, integrity, confidential }
      expect(joinLabels(label, lostLabel).integrity).toBe('free-text')
      expect(joinLabels(label, lostLabel).confidential).toBe(true)
      expect(joinLabels(label, lostLabel).readers).toEqual([])
    }),
  )
})

test('a state that was forked from sees nothing of what its forks read', () => {
  const common = guard.observePrompt(guard.initial, 'Go.')
  const base = guard.observeResult(common, { tool: 'read_trusted', input: {}, output: { a: 'alpha' } })
  const left = guard.observeResult(base, {
    tool: 'read_free_text',
    input: {},
    output: { a: 'one two three four five' },
  })
  const right = guard.observeResult(base, { tool: 'read_trusted', input: {}, output: { a: 'beta' } })
  expect([base.leaves.length, left.leaves.length, right.leaves.length]).toEqual([1, 2, 2])
  expect([base.exposed, left.exposed, right.exposed]).toEqual([false, true, false])
  expect(right.leaves.equal('one two three four five')).toEqual([])
  expect(left.leaves.equal('beta')).toEqual([])
  expect(base.leaves.inFreeText('three')).toEqual([])
  expect(left.leaves.inFreeText('three')).toHaveLength(1)
})
