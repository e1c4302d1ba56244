import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { forgetGreen, noteGreen, wasGreen } from '../green-tests.ts'
import { treeHash } from '../tree-hash.ts'

let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'keepup-check-'))
  execFileSync('git', ['init', '--quiet'], { cwd: root })
  writeFileSync(join(root, '.gitignore'), 'node_modules\n*.log\n')
  writeFileSync(join(root, 'code.ts'), 'one')
  execFileSync('git', ['add', '.'], { cwd: root })
})

afterEach(() => rmSync(root, { recursive: true }))

describe('treeHash', () => {
  test('is the same for the same files', () => {
    expect(treeHash(root)).toBe(treeHash(root))
  })

  test.each([
    ['a changed file', 'code.ts', true],
    ['a new file that git would offer to add', 'new.ts', true],
    ['a file that git ignores', 'noise.log', false],
  ])('%s', (_, file, differs) => {
    const before = treeHash(root)
    writeFileSync(join(root, file), 'two')
    expect(treeHash(root) !== before).toBe(differs)
  })

  test('a removed file', () => {
    const before = treeHash(root)
    rmSync(join(root, 'code.ts'))
    expect(treeHash(root)).not.toBe(before)
  })
})

describe('the note of a green run', () => {
  test('holds for its own tree only', () => {
    noteGreen(root, treeHash(root))
    expect(wasGreen(root, treeHash(root))).toBe(true)
    writeFileSync(join(root, 'code.ts'), 'two')
    expect(wasGreen(root, treeHash(root))).toBe(false)
  })

  test('does not outlive a run that began anew', () => {
    noteGreen(root, treeHash(root))
    forgetGreen(root)
    expect(wasGreen(root, treeHash(root))).toBe(false)
  })
})
