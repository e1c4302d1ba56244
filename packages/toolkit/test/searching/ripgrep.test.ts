import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import fc from 'fast-check'
import { expect, test, vi } from 'vitest'

import { grepTool } from '../../src/index.ts'
import { findRipgrep } from '../../src/searching/find-ripgrep.ts'
import { rustPattern } from '../../src/searching/rust-pattern.ts'
import { call, contextOf, temporaryFolder, textOf } from '../call-tool.ts'

// Real processes on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

const ripgrep = await findRipgrep()
if (ripgrep === undefined) console.warn('ripgrep is not installed: that it changes no result is not tested')

const files: Readonly<Record<string, string | Buffer>> = {
  '.gitignore': 'dist/\n*.log\n!keep.log\n/top\n',
  '.git/config': 'needle',
  '.git/info/exclude': 'private\n',
  '.ignore': 'a.txt\n',
  '.hidden/x': 'needle 1\n',
  'a.txt': 'needle\r\nno\r\nNEEDLE end\r\n',
  'b.txt': 'Straße, cafe\u0301 and café\n\u2028after\nend',
  'c.bin': Buffer.from('needle\0'),
  'late.bin': Buffer.concat([Buffer.from(`needle ${'x'.repeat(9_000)}\n`), Buffer.from([0, 0])]),
  'latin.txt': Buffer.from('caf\xe9 needle\n\xff\xfe\n', 'latin1'),
  'bom.txt': '\u{FEFF}needle first\n',
  'wide.txt': Buffer.from('\u{FEFF}needle', 'utf16le'),
  'keep.log': 'needle',
  'a.log': 'needle',
  'dist/out.js': 'needle',
  top: 'needle',
  private: 'needle',
  'sub/top': 'needle 22\n\u{1F600} emoji\n',
  'sub/.gitignore': '!b.log\ngenerated\n',
  'sub/b.log': 'needle',
  'sub/generated/d': 'needle',
  'sub/deep/.gitignore': '*\n!*.md\n',
  'sub/deep/x.md': '# needle_case\nfoo(bar)\n\ttabbed\n',
  'sub/deep/y.txt': 'needle',
  'sub-2/z': 'x.y|z [k] {1}\n^caret$ \\ back/slash "q"\n',
  'nested/.git/info/exclude': 'inner\n',
  'nested/inner': 'needle',
  'odd name\n2/f': 'needle',
}

async function tree(): Promise<string> {
  const root = await temporaryFolder()
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
  await symlink('a.txt', join(root, 'link'))
  await symlink('sub', join(root, 'folder-link'))
  return root
}

async function both(root: string, pattern: string, path = '.'): Promise<readonly [string, string]> {
  const input = { pattern, path }
  const [one, other] = await Promise.all([
    call(grepTool(root), input),
    call(grepTool(root, { ripgrep: false }), input),
  ])
  return [textOf(one), textOf(other)]
}

const patterns = [
  'needle',
  '(?i)NEEDLE',
  '^needle$',
  'needle\\s\\d+',
  '\\bneedle\\b',
  'caf.',
  'caf\\W',
  'caf[^x]',
  '^.$',
  '^[^a-z]+',
  '\\S+é',
  '(?i)straSSE|straße',
  '[\\w-]+_case',
  'x\\.y\\|z \\[k\\]',
  '\\"q\\"',
  '\\^caret\\$ \\\\ back\\/',
  '(?<name>fo+)\\((?:bar|baz)\\)',
  '\\x6e\\u0065{2}dle',
  '\\u{1F600}',
  '^\\t',
  '(n)e\\1?',
  '(?=needle)n',
  '(?<!x)needle',
  '\\p{L}+ße',
  '$',
  '^',
  'end$',
  'after$',
  'a{2,3}|n.{4}e',
  '\\ufffd',
  '[\\s\\S]needle',
  '(?i)\\w+k\\w*',
]

test.runIf(ripgrep !== undefined).each(patterns)(
  'with ripgrep or without, %j finds the same',
  async (pattern) => {
    const root = await tree()
    for (const path of ['.', 'sub', 'sub/deep', 'dist', 'sub/generated', 'a.txt', 'nested', 'none']) {
      const [one, other] = await both(root, pattern, path)
      expect(one).toBe(other)
    }
  },
)

test.runIf(ripgrep !== undefined)(
  'with ripgrep or without, patterns made at random find the same',
  async () => {
    const root = await temporaryFolder()
    const piece = fc.constantFrom(
      'a',
      'B',
      'é',
      '_',
      '7',
      ' ',
      '.',
      '\\w',
      '\\W',
      '\\d',
      '\\s',
      '\\S',
      '\\b',
      '[ab]',
      '[^a]',
      '[\\w.]',
      '\\.',
      '(a|é)',
      '(?:b)',
      '^',
      '$',
      '\u{1F600}',
    )
    const count = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,2}?')
    const pattern = fc
      .tuple(fc.boolean(), fc.array(fc.tuple(piece, count), { minLength: 1, maxLength: 5 }))
      .map(
        ([insensitive, pieces]) =>
          (insensitive ? '(?i)' : '') +
          pieces.map(([one, times]) => one + (/^(?:\^|\$|\\b)$/.test(one) ? '' : times)).join(''),
      )
    const sign = fc.constantFrom(
      'a',
      'b',
      'A',
      'é',
      'É',
      '_',
      '7',
      ' ',
      '.',
      '\t',
      '\r',
      '\u{A0}',
      '\u{1F600}',
      '\u{2028}',
      'ſ',
    )
    const text = fc.array(fc.oneof(sign, fc.constant('\n')), { maxLength: 25 }).map((signs) => signs.join(''))
    const content = fc.oneof(
      text.map((signs) => Buffer.from(signs)),
      fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
    )
    let matching = 0
    await fc.assert(
      fc.asyncProperty(
        pattern,
        fc.array(content, { minLength: 8, maxLength: 8 }),
        async (expression, contents) => {
          await Promise.all(contents.map((bytes, index) => writeFile(join(root, `f${index}`), bytes)))
          const [one, other] = await both(root, expression)
          expect(one).toBe(other)
          if (!one.startsWith('[No line')) matching++
        },
      ),
      { numRuns: 250 },
    )
    expect(matching).toBeGreaterThan(50)
  },
)

test.runIf(ripgrep !== undefined)('files that only ripgrep would ignore are searched', async () => {
  const root = await tree()
  await writeFile(join(root, '.rgignore'), 'a.txt\n')
  const [one, other] = await both(root, 'needle')
  expect(one).toBe(other)
  expect(one).toContain('a.txt:1:needle')
})

test.runIf(ripgrep !== undefined)('more matches than are shown are the same first ones', async () => {
  const root = await temporaryFolder()
  for (let index = 0; index < 60; index++) {
    await mkdir(join(root, `d${index % 7}/e${index % 3}`), { recursive: true })
    await writeFile(join(root, `d${index % 7}/e${index % 3}/f${index}`), 'same\n'.repeat(9))
    await writeFile(join(root, `d${index % 7}/g${index}`), 'same\n')
  }
  const [one, other] = await both(root, 'same')
  expect(one).toBe(other)
  expect(one).toMatch(/There are more than 200 matches; these are of \d+ files/)
})

test.runIf(ripgrep !== undefined && process.getuid?.() !== 0)(
  'what may not be read is told the same',
  async () => {
    const root = await tree()
    await chmod(join(root, 'a.txt'), 0o000)
    const [one, other] = await both(root, 'needle')
    expect(one).toBe(other)
    expect(one).toContain('not readable: a.txt')
  },
)

test('ripgrep is what finds the files where it is there, and one that fails is done without', async () => {
  const root = await tree()
  const programs = await temporaryFolder()
  const script = async (name: string, text: string): Promise<string> => {
    await writeFile(join(programs, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
    return join(programs, name)
  }
  const grep = async (program: string): Promise<string> =>
    textOf(await call(grepTool(root, { ripgrep: program }), { pattern: 'needle', path: 'sub' }))
  expect(await grep(await script('none', 'exit 1'))).toContain('No line matches')
  // Whatever a program lists, only what a walk would meet and what matches is shown.
  expect(
    await grep(await script('all', String.raw`printf './sub/generated/d\0./sub/top\0./sub/deep/x.md\0'`)),
  ).toBe('sub/top:1:needle 22\nsub/deep/x.md:1:# needle_case')
  const without = await grep('/nowhere/rg')
  expect(without.split('\n')).toHaveLength(3)
  expect(await grep(await script('broken', 'exit 2'))).toBe(without)
  expect(await grep(await script('noisy', 'echo complaint >&2'))).toBe(without)
  expect(await grep(await script('killed', 'kill -9 $$'))).toBe(without)
})

test('an interrupt ends ripgrep', async () => {
  const root = await tree()
  const slow = join(await temporaryFolder(), 'slow')
  await writeFile(slow, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 })
  const stop = new AbortController()
  setTimeout(() => stop.abort(new Error('stop')), 100)
  const context = contextOf(undefined, { signal: stop.signal })
  expect(textOf(await call(grepTool(root, { ripgrep: slow }), { pattern: 'needle' }, context))).toBe('stop')
})

test('it is looked for in absolute folders only', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'rg'), '', { mode: 0o755 })
  expect(await findRipgrep(`.:bin:${folder}`)).toBe(join(folder, 'rg'))
  expect(await findRipgrep('.:')).toBeUndefined()
})

test('patterns that ripgrep would read otherwise are not given to it', () => {
  for (const source of ['(?=a)', '(?<!a)b', '(a)\\1', '\\p{L}', '\\n', 'a\\0', '[^]', '\\ufffd', '\\ud83d']) {
    expect(rustPattern(new RegExp(source, 'u'))).toBeUndefined()
  }
  expect(rustPattern(/a/)).toBeUndefined()
  expect(rustPattern(/(?<n>a)[b-d.]/u)).toBe(String.raw`(?:a)[b-d\x{2e}]`)
})
