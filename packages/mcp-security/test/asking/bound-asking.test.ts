import type { Decision, Entry, Guard } from '@keepup/core'
import { lostLabel, trustedLabel } from '@keepup/core'
import { expect, test } from 'vitest'

import { type AskingBounds, boundAsking } from '../../src/asking/index.ts'
import { entry, guardedCall } from '../attacks/agent-world.ts'

/** A guard that knows how many entries there were, and decides as it is told. */
function deciding(decision: Decision['type']): Guard<number> {
  const decisions: Readonly<Record<Decision['type'], Decision>> = {
    allow: { type: 'allow' },
    ask: { type: 'ask', question: 'May it?', reasons: [] },
    deny: { type: 'deny', reason: 'never' },
  }
  const fold = { id: 'counting', version: 3, initial: 0, apply: (count: number) => count + 1 }
  return { fold, rebase: () => 7, decide: () => decisions[decision] }
}

const asked = (approval: string): Entry =>
  entry(1, 'approval-requested', { approval }, { default: lostLabel })
const answered = (approval: string, allow: boolean, message?: string): Entry =>
  entry(1, 'approval-answered', { approval, allow, message, valid: true }, { default: trustedLabel })
const refused = (approval: string): readonly Entry[] => [asked(approval), answered(approval, false)]
const said = (label = trustedLabel): Entry => entry(1, 'user-message', {}, { default: label })
const three = ['a', 'b', 'c'].flatMap(refused)
const call = guardedCall('send', [])

/** What is decided after these entries, also where the state was stored in between. */
function after(entries: readonly Entry[], decision: Decision['type'] = 'ask', bounds?: AskingBounds): string {
  const guard = boundAsking(deciding(decision), bounds)
  const { fold } = guard
  const state = entries.reduce((known, one) => fold.apply(known, one), fold.initial)
  const stored: unknown = JSON.parse(JSON.stringify(fold.save?.(state)))
  const loaded = fold.load?.(stored) ?? fold.initial
  expect(loaded.guarded).toBe(entries.length)
  expect(guard.decide(loaded, call)).toEqual(guard.decide(state, call))
  return guard.decide(state, call).type
}

test('after three refusals in a row nothing more is asked', () => {
  expect(after([])).toBe('ask')
  expect(after(three.slice(0, 4))).toBe('ask')
  expect(after(three)).toBe('deny')
  expect(after(three.slice(0, 2), 'ask', { mostRefusals: 1 })).toBe('deny')
})

test('until the person says something: a message, a yes, or a no with words of what to do', () => {
  expect(after([...three, said()])).toBe('ask')
  expect(after([...three.slice(0, 4), asked('d'), answered('d', true), ...refused('e')])).toBe('ask')
  expect(after([...three.slice(0, 4), asked('d'), answered('d', false, 'use bob'), ...refused('e')])).toBe(
    'ask',
  )
  expect(after([...three, said(lostLabel)])).toBe('deny')
  expect(after([...three.slice(0, 4), asked('d'), answered('d', false, '  ')])).toBe('deny')
})

test('a hundred questions at once are twenty', () => {
  const open = Array.from({ length: 20 }, (_, at) => asked(`a${at}`))
  expect(after(open.slice(1))).toBe('ask')
  expect(after(open)).toBe('deny')
  expect(after([...open, answered('a3', true)])).toBe('ask')
  expect(after([...open, entry(2, 'run-finished', {}, undefined)])).toBe('ask')
})

test('what is allowed or denied stays so, and a past that is lost is the guard’s to judge', () => {
  expect(after(three, 'allow')).toBe('allow')
  expect(after([], 'deny')).toBe('deny')
  const guard = boundAsking(deciding('ask'))
  expect(guard.fold).toMatchObject({ id: 'counting/asking', version: 3 })
  expect(guard.rebase(said()).guarded).toBe(7)
})
