import { basename } from 'node:path'

import { describe, expect, test } from 'vitest'

import { type SourceFile, sourceFiles } from '../source-file.ts'
import { workspacePackages } from '../workspace-package.ts'

/** Entry points are named by the subpath or program they stand for. */
const entryFiles = new Set(['index', 'main'])
const vague = /^(utils?|common|base|helpers?|misc|shared|types|constants|manager)$/

function words(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .split('-')
}

/** `executor` and `execute`, `runner` and `run` are the same word here. */
function sameWord(a: string, b: string): boolean {
  const length = Math.min(a.length, b.length, 5)
  return length > 1 && a.slice(0, length) === b.slice(0, length)
}

/** What the architecture page calls a part that has several exports. */
const parts = new Set(['graceful-recovery', 'session-recovery', 'loop-detection'])

/** A file of types alone may be named for the family that it holds; one with code says a word of something it exports. */
function speaksOfItsExports({ path, exports }: SourceFile): boolean {
  const name = basename(path, '.ts')
  if (entryFiles.has(name) || parts.has(name) || exports.every(({ isType }) => isType)) return true
  const exported = exports.flatMap((one) => words(one.name))
  return words(name).some((word) => exported.some((other) => sameWord(word, other)))
}

describe.each([...workspacePackages('packages'), ...workspacePackages('apps')])('$short', ({ folder }) => {
  const files = sourceFiles(`${folder}/src`)

  test('names each file for what it exports', () => {
    expect(files.filter((file) => !speaksOfItsExports(file)).map(({ path }) => path)).toEqual([])
  })

  test('has no file or folder for odds and ends', () => {
    const odd = files
      .map(({ path }) => path)
      .filter((path) => path.split(/[/.]/).some((part) => vague.test(part)))
    expect(odd).toEqual([])
  })

  test('writes every file name in kebab-case', () => {
    expect(files.map(({ path }) => path).filter((path) => !/^[a-z0-9/.-]+$/.test(path))).toEqual([])
  })
})

test('the rule itself notices a name that fits nothing', () => {
  const exported = { name: 'executeTurn', isType: false, documented: true }
  const file = { imports: [], hasStarExport: false, exports: [exported] }
  expect(speaksOfItsExports({ ...file, path: 'src/signals.ts' })).toBe(false)
  expect(speaksOfItsExports({ ...file, path: 'src/turn-executor.ts' })).toBe(true)
})
