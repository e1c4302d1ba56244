import { deletions, writes } from '@keepup/vitest/batteries'
import { describe, expect, test } from 'vitest'

import { analyseCommand, judgeCommand } from '../src/index.ts'
import { nowhere } from './shared-corpus.ts'

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
