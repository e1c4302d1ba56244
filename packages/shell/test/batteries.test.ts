import { describe, expect, test } from 'vitest'

import { analyseCommand, judgeCommand } from '../src/index.ts'
import { nowhere } from './shared-corpus.ts'

/** Sixteen spellings of one deletion. */
const deletions = [
  'rm victim',
  'X=1 rm victim',
  '/bin/rm victim',
  String.raw`\rm victim`,
  'bash -c "rm victim"',
  'env rm victim',
  'command rm victim',
  'timeout 5 rm victim',
  'find . -name victim -delete',
  'ls | xargs -I{} rm {}',
  '> victim',
  'r""m victim',
  'f(){ rm victim; }; f',
  'echo hi && rm victim',
  'echo $(rm victim)',
  'eval "rm victim"',
]

/** Thirteen commands that write, most of them by a redirection that belongs to nothing that is run. */
const writes = [
  'rm victim',
  '> victim',
  'touch f1',
  'echo x > f2',
  'cd . > f3',
  'X=$(touch f4)',
  '[[ -n x ]] > f5',
  'export A=1 > f6',
  'echo "$(git diff --)" > f',
  ': > f7',
  'for i in 1; do :; done > f8',
  'cd /abs/dir > f9',
  '((1)) > f10',
]

describe('battery A: sixteen spellings of a deletion', () => {
  test.each(deletions)('%s deletes', (command) => {
    const { effects } = analyseCommand(command, nowhere)
    const targets = effects.flatMap(({ kind, target }) => (kind === 'delete' ? [target] : []))
    expect(targets.some((target) => ['/workspace/victim', '/workspace/**', '*'].includes(target))).toBe(true)
    expect(judgeCommand(command, 'developer', nowhere).decision).toBe('ask')
  })

  test('only what may hold other names deletes more than the one file', () => {
    const wide = deletions.filter((command) =>
      analyseCommand(command, nowhere).effects.some(
        ({ kind, target }) => kind === 'delete' && target.endsWith('*'),
      ),
    )
    expect(wide).toEqual(['find . -name victim -delete', 'ls | xargs -I{} rm {}'])
  })
})

describe('battery B: thirteen writes', () => {
  test.each(writes)('%s writes or deletes', (command) => {
    const { effects } = analyseCommand(command, nowhere)
    expect(effects.some(({ kind }) => kind === 'write' || kind === 'delete')).toBe(true)
    expect(judgeCommand(command, 'developer', nowhere).decision).toBe('ask')
  })

  test('a command that only reads does not', () => {
    const { effects, doubts } = analyseCommand('git diff --', nowhere)
    expect(effects.map(({ kind }) => kind).filter((kind) => kind !== 'exec' && kind !== 'read')).toEqual([])
    expect(doubts).toEqual([])
  })
})
