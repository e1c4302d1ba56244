import { type FileChange, type Mode, noUsage, type RunOutcome } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { followUp } from '../src/follow-up.ts'
import { summaryLines, waitingLines } from '../src/running/summary.ts'
import type { Settings } from '../src/settings/setting.ts'
import { noProgress, type Progress } from '../src/terminal/progress.ts'
import { entriesOf } from './events.ts'
import { exampleRun, pieces, plain } from './example-run.ts'

describe('summary', () => {
  const settings: Settings = {
    mode: 'ask',
    defence: 'balanced',
    unattended: 'deny',
    sandbox: 'off',
    snapshots: 'off',
    instructions: 'auto',
    skills: 'on',
    memory: 'off',
    untrustedHooks: 'skip',
    store: 'a b.db',
    turns: 6,
    time: 90_000,
    tokens: 500,
    money: 250_000_000,
  }

  function ending(outcome: RunOutcome, progress: Progress = noProgress, mode: Mode = 'ask'): string {
    const [finished] = entriesOf([
      'run-finished',
      { run: 'r1', outcome, text: '', turns: 1, usage: noUsage, cost: 0, unattendedDenials: 0 },
    ])
    if (finished?.type !== 'run-finished') throw new Error('the example is a finished run')
    return summaryLines({ finished, progress, elapsed: 1, settings: { ...settings, mode }, next }, plain)
  }

  const next = followUp('keepup', 't1', { store: 'a b.db', model: 'a/b' }, undefined)

  test('says files, outcome, turns, tokens, cost, time and thread, and what to do next', () => {
    const finished = exampleRun.at(-1)
    if (finished?.type !== 'run-finished') throw new Error('the example ends with a finished run')
    const { progress } = pieces(exampleRun, false)
    const text = summaryLines({ finished, progress, elapsed: 4321, settings, next }, plain)
    expect(text).toBe(
      "changed src/a.ts +2 -1\ncompleted · 2 turns · 1,234 tokens · $0.008400 · 4.3 s · thread t1\nnext keepup show t1 --store 'a b.db'\n",
    )
  })

  test('says what became of files that commands changed, as far as one can read it', () => {
    const look = (...changes: readonly FileChange[]) =>
      ['workspace-snapshotted', { run: 'r1', moment: 'after', changes }] as const
    const many = Array.from({ length: 12 }, (_, file) => ({ path: `f${file}`, change: 'added' }) as const)
    const { progress } = pieces(
      entriesOf(
        look(
          { path: 'a', change: 'added' },
          { path: 'b', change: 'deleted' },
          { path: 'c\u001B[2J', change: 'modified' },
        ),
        look({ path: 'a', change: 'deleted' }, { path: 'b', change: 'added' }),
      ),
      false,
    )
    expect(ending({ type: 'completed' }, progress)).toMatch(/^changed b\nchanged c\u241B\[2J\ncompleted/)
    const flood = pieces(entriesOf(look(...many)), false).progress
    expect(ending({ type: 'completed' }, flood)).toContain('added f9\nand 2 more files\ncompleted')
  })

  test.each([
    ['turns', '--max-turns 12'],
    ['time', '--max-time 3m'],
    ['tokens', '--max-tokens 1000'],
    ['money', '--max-cost 0.5'],
    ['context', '--model A/LARGER-MODEL'],
    ['loop', `keepup run --thread t1 --model a/b --store 'a b.db' "..."`],
  ] as const)('at the limit of %s the next command is one that gets further', (limit, words) => {
    expect(ending({ type: 'limit-reached', limit })).toContain(words)
  })

  test('a failure that no line told is told', () => {
    const outcome = { type: 'failed', code: 'model-failed', message: 'It broke.\u001B[2J' } as const
    expect(ending(outcome)).toContain('failed: It broke.\u241B[2J')
    expect(ending(outcome, { ...noProgress, told: outcome.message })).toMatch(/^failed · 1 turn/)
  })

  test('what the reserved last turn denies is not put down to the mode', () => {
    const denial = {
      call: 'x',
      key: 'k',
      tool: 'read',
      outcome: { type: 'denied', reason: 'Tools are off.' },
    } as const
    const last = ['system-warning', { text: 'The limit.', about: 'turns', final: true }] as const
    const { progress } = pieces(entriesOf(last, ['tool-finished', denial]), false)
    expect(ending({ type: 'completed' }, progress)).not.toContain('denied')
    const before = pieces(entriesOf(['tool-finished', denial], last), false)
    expect(ending({ type: 'completed' }, before.progress)).toContain(
      '1 call was denied in mode ask; to allow every call: --mode yolo',
    )
    expect(ending({ type: 'completed' }, before.progress, 'yolo')).not.toContain('--mode yolo')
  })
})

test('a run that waits says how to answer, and how to go on', () => {
  const text = waitingLines('t1', 1, followUp('keepup', 't1', {}, '/work dir'), plain)
  expect(text).toBe(
    'waiting for 1 answer · thread t1\nnext  keepup signal t1 answer allow   (or: answer deny; to a question: answer allow "words")\nthen  keepup resume t1 --cwd \'/work dir\'\n',
  )
})
