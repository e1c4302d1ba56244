import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

import { createRepositoryMapper, estimateTokens, type SourceFile } from '../../src/context/index.ts'
import { hostile } from './random-talk.ts'

const root = fileURLToPath(new URL('../../src/', import.meta.url))

/** The sources of this package. */
const own: readonly SourceFile[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(`${root}${path}`, 'utf8') }))

test.each([
  [
    'a.ts',
    'export async function load(path: string): Promise<void> {\n  const inner = 1\n}\nclass Store {',
    ['load', 'Store'],
  ],
  [
    'a.py',
    'class Cat(Animal):\n    def speak(self) -> str:\n        x = 1\n\ndef main():\n',
    ['Cat', 'speak', 'main'],
  ],
  [
    'a.go',
    'type Server struct {\nfunc (s *Server) Run() error {\nfunc main() {\n',
    ['Server', 'Run', 'main'],
  ],
  ['a.rs', 'pub struct Tree {\n    pub async fn grow(&self) {\nfn hidden() {}\n', ['Tree', 'grow']],
  ['A.java', 'public final class Door {\n    public static int open(int far) {\n', ['Door', 'open']],
  ['a.rb', 'module Zoo\n  class Lion\n    def roar!\n', ['Zoo', 'Lion', 'roar!']],
  ['a.php', 'class Page {\n    public static function show($x) {\n', ['Page', 'show']],
  ['a.c', 'struct node {\nstatic int walk(struct node *from) {\n  if (x) {\n', ['node', 'walk']],
  ['a.txt', 'export function nothing() {}', []],
])('declarations of %s', (path, text, names) => {
  const map = createRepositoryMapper().map([{ path, text }], { budget: 1_000 })
  const lines = map.split('\n').slice(1)
  expect(lines).toHaveLength(names.length)
  for (const [index, name] of names.entries()) expect(lines[index]).toContain(name)
})

test('shows within its budget what others use most, and what the task speaks of', () => {
  const mapper = createRepositoryMapper()
  for (const budget of [0, 50, 300, 2_000]) {
    const map = mapper.map(own, { budget })
    expect(estimateTokens(map)).toBeLessThanOrEqual(budget)
    expect(map === '').toBe(budget === 0)
    expect(createRepositoryMapper().map(own.toReversed(), { budget })).toBe(map)
  }
  const small = mapper.map(own, { budget: 300 })
  expect(small).toMatch(/interface MemoryItem\b/)
  expect(small).not.toContain('createRepositoryMapper')
  expect(mapper.map(own, { budget: 300, words: ['createRepositoryMapper'] })).toContain(
    'createRepositoryMapper',
  )
})

test('sees what changed', () => {
  const mapper = createRepositoryMapper()
  const file = (text: string) => [{ path: 'a.ts', text }]
  expect(mapper.map(file('export const before = 1'), { budget: 100 })).toContain('before')
  const after = mapper.map(file('export const after = 1'), { budget: 100 })
  expect(after).toContain('after')
  expect(after).not.toContain('before')
  expect(mapper.map([], { budget: 100 })).toBe('')
})

test('hostile names and texts stay one line, and cost no more than their length', () => {
  const mapper = createRepositoryMapper()
  const files = hostile.map((text, index) => ({
    path: `${text}${index}.ts`,
    text: `export const x${index} = '${text.replaceAll('\n', ' ')}'`,
  }))
  const map = mapper.map(files, { budget: 10_000 })
  expect(map.split('\n')).toHaveLength(2 * files.length)
  expect(map.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  const long = `int ${'a '.repeat(100_000)}(`
  const wide = [`x.c`, `x.ts`, `x.java`].map((path) => ({ path, text: `${long}\n`.repeat(2) }))
  expect(mapper.map(wide, { budget: 100 })).toBe('')
})
