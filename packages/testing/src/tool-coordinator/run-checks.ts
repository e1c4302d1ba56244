import assert from 'node:assert/strict'

import { type FinishedCall, integrities, joinTable, type ToolOutcome } from '@keepup/core'

import { within } from '../fails.ts'
import {
  call,
  context,
  type CoordinatorCheck,
  coordinate,
  type Input,
  ready,
  situation,
  tool,
} from './coordinate.ts'
import type { ToolCoordinatorHarness } from './harness.ts'

type Run = NonNullable<Parameters<typeof tool>[1]>['run']

async function runTool(
  harness: ToolCoordinatorHarness,
  more: Parameters<typeof tool>[1],
  parts: Parameters<typeof coordinate>[2] = {},
  signal?: AbortSignal,
): Promise<FinishedCall> {
  const prepared = ready(
    await coordinate(harness, [tool('do', more)], parts).prepare(call('do'), situation()),
  )
  return within(8_000, prepared.run(context(call('do'), signal)), 'a run comes to an end')
}

const text = (outcome: ToolOutcome): string => {
  const output = 'output' in outcome ? outcome.output : undefined
  return (output?.content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('')
}

/** Runs that go wrong; each must end in `failed`. The casts say what types forbid and plain JavaScript does. */
const mishaps: readonly (readonly [string, NonNullable<Run>])[] = [
  ['rejects', () => Promise.reject(new RangeError('no such thing'))],
  [
    'throws at once',
    () => {
      throw new TypeError('no such thing')
    },
  ],
  // oxlint-disable-next-line prefer-promise-reject-errors -- a tool may do so
  ['rejects with what is no error', () => Promise.reject('no such thing')],
  ['gives nothing', async () => undefined as never],
  ['gives what is no output', async () => ({ content: 'no such thing' }) as never],
]

const never: NonNullable<Run> = () => new Promise(() => undefined)

/** `run` and `reconcile`. */
export const runChecks: readonly CoordinatorCheck[] = [
  {
    name: 'run: gives what the tool gives',
    run: async (harness) => {
      const { outcome } = await runTool(harness, {})
      assert.equal(outcome.type, 'completed')
      assert.equal(text(outcome), 'did /a')
      const declared = { type: 'failed', code: 'tool-failed', message: 'It said so itself.' } as const
      assert.deepEqual((await runTool(harness, { run: async () => declared })).outcome, declared)
    },
  },
  {
    name: 'run: hands the tool its validated input and the context of the call',
    run: async (harness) => {
      const seen: unknown[] = []
      const run: NonNullable<Run> = async (input: Input, { call: made, idempotencyKey }) => {
        seen.push(input, made.key, idempotencyKey)
        return { content: [] }
      }
      await runTool(harness, { run })
      assert.deepEqual(seen, [{ path: '/a' }, 'key-1', 'key-1'])
    },
  },
  ...mishaps.map(([name, run]) => ({
    name: `run: never rejects: a tool that ${name} has failed`,
    run: async (harness: ToolCoordinatorHarness) => {
      const { outcome } = await runTool(harness, { run })
      assert.ok(
        outcome.type === 'failed' && outcome.code !== '' && outcome.message !== '',
        JSON.stringify(outcome),
      )
    },
  })),
  {
    name: 'run: bounded in time: a tool that takes too long has timed out, and is told to stop',
    run: async (harness) => {
      let told = false
      const run: NonNullable<Run> = (input, { signal }) => {
        signal.addEventListener('abort', () => {
          told = true
        })
        return never(input, context(call('do')))
      }
      const { outcome } = await runTool(harness, { run }, { timeout: 40 })
      assert.deepEqual([outcome.type, 'after' in outcome && outcome.after], ['timed-out', 40])
      assert.ok(told)
      const own = await runTool(harness, { run, timeout: 30 })
      assert.deepEqual(
        [own.outcome.type, 'after' in own.outcome && own.outcome.after],
        ['timed-out', 30],
        "the tool's own bound",
      )
    },
  },
  {
    name: 'run: an interrupt ends it, also where the tool does not heed it',
    run: async (harness) => {
      const controller = new AbortController()
      setTimeout(() => controller.abort(), 20)
      const { outcome } = await runTool(harness, { run: never }, {}, controller.signal)
      assert.notEqual(outcome.type, 'completed')
      const before = await runTool(harness, { run: never }, {}, AbortSignal.abort())
      assert.notEqual(before.outcome.type, 'completed')
    },
  },
  {
    name: 'run: bounded in output',
    run: async (harness) => {
      const long = `first ${'🌍 and more '.repeat(20_000)} last`
      const { outcome } = await runTool(
        harness,
        { run: async () => ({ content: [{ type: 'text', text: long }] }) },
        { outputLimit: 2_000 },
      )
      const shown = text(outcome)
      assert.ok(shown.length < 3_000, `${shown.length} characters are shown of 2,000 allowed`)
      assert.ok(shown.startsWith('first '))
      assert.ok(shown.isWellFormed(), 'no character is cut in half')
      const short = await runTool(
        harness,
        { run: async () => ({ content: [{ type: 'text', text: 'x'.repeat(1_500) }] }) },
        { outputLimit: 2_000 },
      )
      assert.equal(text(short.outcome).length, 1_500)
    },
  },
  {
    name: 'labels: of the output, never more trusted than the tool declares',
    run: async (harness) => {
      const plain = joinTable((await runTool(harness, {})).labels)
      assert.equal(plain.integrity, 'free-text', 'everything unknown is free text')
      assert.ok(plain.sources.includes('tool:do'))
      const declared = joinTable(
        (await runTool(harness, { produces: { default: 'registry', source: 'registry:x' } })).labels,
      )
      assert.equal(declared.integrity, 'registry')
      assert.ok(declared.sources.includes('registry:x'))
      const raised = {
        default: { integrity: 'trusted', sources: [], readers: 'anyone', confidential: false },
      } as const
      const { labels } = await runTool(harness, {
        produces: { default: 'structured', confidential: true },
        run: async () => ({ content: [], labels: raised }),
      })
      const label = joinTable(labels)
      assert.ok(
        integrities.indexOf(label.integrity) >= integrities.indexOf('structured'),
        'lowered, never raised',
      )
      assert.equal(label.confidential, true)
    },
  },
  {
    name: 'labels: of a failure too',
    run: async (harness) => {
      const { labels } = await runTool(harness, {
        run: () => Promise.reject(new Error('text from elsewhere')),
      })
      assert.notEqual(joinTable(labels).integrity, 'trusted')
    },
  },
  {
    name: 'reconcile: never rejects; `unknown` where the tool cannot tell',
    run: async (harness) => {
      const happened = {
        type: 'completed',
        output: { content: [{ type: 'text', text: 'it happened' }] },
      } as const
      const asked = async (more: Parameters<typeof tool>[1]) => {
        const prepared = ready(await coordinate(harness, [tool('do', more)]).prepare(call('do'), situation()))
        const { outcome } = await within(
          8_000,
          prepared.reconcile(context(call('do'))),
          'reconciling comes to an end',
        )
        return { reconcilable: prepared.reconcilable, type: outcome.type, text: text(outcome) }
      }
      assert.deepEqual(await asked({}), { reconcilable: false, type: 'unknown', text: '' })
      const telling = { reconcile: async () => happened }
      assert.deepEqual(await asked(telling), { reconcilable: true, type: 'completed', text: 'it happened' })
      const broken = await asked({ reconcile: () => Promise.reject(new Error('nobody answers')) })
      assert.deepEqual([broken.reconcilable, broken.type], [true, 'unknown'])
    },
  },
  {
    name: 'run: calls side by side do not mix',
    run: async (harness) => {
      const coordinator = coordinate(harness, [tool('do')])
      const paths = Array.from({ length: 20 }, (_, index) => `/path-${index}`)
      const outcomes = await Promise.all(
        paths.map(async (path, index) => {
          const made = call('do', { path }, { id: `call-${index}`, key: `key-${index}` })
          return ready(await coordinator.prepare(made, situation())).run(context(made))
        }),
      )
      assert.deepEqual(
        outcomes.map(({ outcome }) => text(outcome)),
        paths.map((path) => `did ${path}`),
      )
    },
  },
]
