import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { initialTransition, transition } from 'xstate'

import {
  type MachineEvent,
  type MachineState,
  parseSop,
  type Sop,
  type SopPhase,
  startMachine,
  stepMachine,
} from '../../src/sop/index.ts'
import { oracleOf } from './xstate-oracle.ts'

const names = ['a', 'b', 'c', 'd']
const target = fc.constantFrom(...names, 'done', 'lost')
const retries = fc.option(
  fc.record({ max: fc.integer({ min: 0, max: 4 }), sameErrorMax: fc.integer({ min: 1, max: 4 }) }),
  { nil: undefined },
)

const phase: fc.Arbitrary<SopPhase> = fc.record(
  {
    on: fc.record(
      {
        pass: target,
        fail: fc.record({ goto: target }, { requiredKeys: [] }),
        exhausted: target,
        needsInput: target,
        conflict: target,
      },
      { requiredKeys: ['pass'] },
    ),
    retries,
    parallel: fc.option(
      fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.record({ retries }), { minKeys: 1 }),
      { nil: undefined, freq: 2 },
    ),
    join: fc.constantFrom('all' as const, 'any' as const, { quorum: 1 }),
  },
  { requiredKeys: ['on'] },
)

const sops: fc.Arbitrary<Sop> = fc
  .record({ a: phase, b: phase, c: phase, d: phase, maxTransitions: fc.constantFrom(5, 200) })
  .map(({ maxTransitions, ...phases }) => ({
    id: 'random',
    version: 1,
    initial: 'a',
    maxTransitions,
    phases: { ...phases, done: { final: true }, lost: { final: 'failed' } },
  }))

const fingerprint = fc.constantFrom('one', 'two', 'branches')
const branch = fc.constantFrom('x', 'y', 'z')
const events: fc.Arbitrary<readonly MachineEvent[]> = fc.array(
  fc.oneof(
    fc.constantFrom<MachineEvent>({ type: 'passed' }, { type: 'needs-input' }, { type: 'over-budget' }),
    fc.record({
      type: fc.constantFrom('failed' as const, 'refused' as const, 'conflicted' as const),
      fingerprint,
    }),
    fc.record({ type: fc.constant('branch-passed' as const), branch }),
    fc.record({ type: fc.constant('branch-failed' as const), branch, fingerprint }),
  ),
  { maxLength: 40 },
)

/** Where a statechart of xstate stands, in the words of the reducer. */
function placeOf(snapshot: ReturnType<typeof initialTransition>[0]) {
  const value: unknown = snapshot.value
  const [name = '', inner] = typeof value === 'string' ? [value] : (Object.entries(value as object)[0] ?? [])
  const { visit, failures } = snapshot.context as Pick<MachineState, 'failures' | 'visit'>
  const working: unknown =
    typeof inner === 'object' && inner !== null && 'working' in inner ? inner.working : undefined
  return {
    name,
    visit,
    failures,
    over: snapshot.status === 'done',
    joined: inner === 'joined',
    branches: working,
  }
}

function same(state: MachineState, snapshot: ReturnType<typeof initialTransition>[0]): void {
  const { name, visit, failures, over, joined, branches } = placeOf(snapshot)
  expect(state.end !== undefined).toBe(over)
  expect(state.visit).toBe(visit)
  if (name !== 'over!') expect(state.phase).toBe(name)
  if (state.end === undefined) {
    expect(state.failures).toEqual(failures)
    expect(state.joined === true).toBe(joined)
    const standing = Object.fromEntries(
      Object.entries(state.branches ?? {}).map(([key, { status }]) => [key, status]),
    )
    if (!joined) expect(standing).toEqual(branches ?? {})
  }
}

const seed = Number(process.env['KEEPUP_SEED'] ?? Date.now() % 1_000_000)
const runs = Number(process.env['KEEPUP_SOP_RUNS'] ?? 150)

test('random procedures and random events give the trace that xstate gives', { timeout: 600_000 }, () => {
  expect.hasAssertions()
  fc.assert(
    fc.property(sops, events, (sop, given) => {
      const oracle = oracleOf(sop)
      let state = startMachine(sop)
      let [snapshot] = initialTransition(oracle)
      same(state, snapshot)
      for (const event of given) {
        state = stepMachine(sop, state, event)
        ;[snapshot] = transition(oracle, snapshot, event)
        same(state, snapshot)
      }
    }),
    { seed, numRuns: runs },
  )
})

test('the oracle tells a machine that counts wrongly', () => {
  const sop = parseSop({
    id: 'one',
    version: 1,
    initial: 'a',
    phases: { a: { on: { pass: 'done' }, retries: { max: 1 } }, done: { final: true } },
  })
  const [snapshot] = transition(oracleOf(sop), initialTransition(oracleOf(sop))[0], {
    type: 'failed',
    fingerprint: 'one',
  })
  expect(() => same(startMachine(sop), snapshot)).toThrow(/expected/)
})

describe('the machine', () => {
  const sop = parseSop({
    id: 'loop',
    version: 1,
    initial: 'act',
    maxTransitions: 6,
    phases: {
      act: { on: { pass: 'verify' } },
      verify: { on: { pass: 'done', fail: { goto: 'act' } }, retries: { max: 9, sameErrorMax: 9 } },
      done: { final: true },
    },
  })

  test('ends where phases follow each other for ever', () => {
    let state = startMachine(sop)
    for (let step = 0; step < 20; step += 1) {
      state = stepMachine(
        sop,
        state,
        state.phase === 'act' ? { type: 'passed' } : { type: 'failed', fingerprint: `${step}` },
      )
    }
    expect(state.end).toMatchObject({ type: 'failed', reason: 'too-many-transitions' })
  })

  test('counts the failures of a phase over visits of others, and forgets them when it passes', () => {
    const fail = stepMachine(sop, stepMachine(sop, startMachine(sop), { type: 'passed' }), {
      type: 'failed',
      fingerprint: 'f',
    })
    expect(fail).toMatchObject({ phase: 'act', failures: { verify: { count: 1 } } })
    const again = stepMachine(sop, stepMachine(sop, fail, { type: 'passed' }), {
      type: 'failed',
      fingerprint: 'f',
    })
    expect(again.failures['verify']).toEqual({ count: 2, same: 2, fingerprint: 'f' })
  })

  test('moves on nothing but what the runtime found out', () => {
    const state = startMachine(sop)
    for (const word of ['done', 'completed', 'pass', '__proto__']) {
      // A model might say so; types keep programs from it.
      expect(() => stepMachine(sop, state, { type: word } as never) ?? state).not.toThrow()
    }
  })
})
