import { execFileSync } from 'node:child_process'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { expect, test, vi } from 'vitest'

import { globTool, grepTool } from '../src/index.ts'
import { call, contextOf, temporaryFolder, textOf } from './call-tool.ts'

// Real processes on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

async function tree(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const root = await temporaryFolder()
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
  return root
}

async function glob(root: string, pattern: string): Promise<string> {
  return textOf(await call(globTool(root), { pattern }))
}

async function grep(root: string, pattern: string, path?: string): Promise<string> {
  return textOf(await call(grepTool(root), path === undefined ? { pattern } : { pattern, path }))
}

test('files are listed in order, hidden ones too', async () => {
  const root = await tree({
    'src/b.ts': '',
    'src/a.ts': '',
    'src/deep/c.ts': '',
    'readme.md': '',
    '.github/ci.yml': '',
  })
  expect(await glob(root, 'src/**/*.ts')).toBe('src/a.ts\nsrc/b.ts\nsrc/deep/c.ts')
  expect(await glob(root, '**/*.{md,yml}')).toBe('.github/ci.yml\nreadme.md')
  expect(await glob(root, '*')).toBe('readme.md')
  expect(await glob(root, './src/*')).toBe('src/a.ts\nsrc/b.ts')
  expect(await glob(root, join(root, 'src/*'))).toBe('src/a.ts\nsrc/b.ts')
  expect(await glob(root, '*.none')).toContain('[No file matches "*.none"')
})

test('what git would ignore is left out, by nested rules too', async () => {
  const root = await tree({
    '.gitignore': 'dist/\n*.log\n!keep.log\n/only-here\n',
    '.git/config': 'x',
    '.git/info/exclude': 'private\n',
    'dist/out.js': 'x',
    'a.log': 'x',
    'keep.log': 'x',
    'only-here': 'x',
    private: 'x',
    'sub/only-here': 'x',
    'sub/.gitignore': '!b.log\ngenerated\n',
    'sub/b.log': 'x',
    'sub/c.log': 'x',
    'sub/generated/d': 'x',
    'sub/dist/e': 'x',
  })
  const expected = ['.gitignore', 'keep.log', 'sub/.gitignore', 'sub/b.log', 'sub/c.log', 'sub/only-here']
  expect(await glob(root, '**')).toBe(expected.filter((path) => path !== 'sub/c.log').join('\n'))
  expect((await grep(root, '^x')).split('\n').map((line) => line.split(':')[0])).toEqual([
    'keep.log',
    'sub/b.log',
    'sub/only-here',
  ])
  expect(await grep(root, '^x', 'sub')).toContain('sub/b.log:1:x')
  expect(await grep(root, '^x', 'sub')).not.toContain('generated')
  expect(await grep(root, '^x', 'a.log')).toBe('a.log:1:x')
  expect(await grep(root, '^x', 'dist')).toBe('dist/out.js:1:x')
  expect(await grep(root, '^x', 'sub/dist')).toBe('sub/dist/e:1:x')
})

test('git itself agrees', async () => {
  const root = await tree({
    '.gitignore': 'build\n**/tmp/*\n!tmp/keep\nname with space\n',
    '...': '',
    '..../a': '',
    '[odd] *name': '',
    'build/x': '',
    'src/build': '',
    'tmp/x': '',
    'tmp/keep': '',
    'a/tmp/x': '',
    'a/name with space': '',
    'a/.gitignore': 'z*\n!zoo\n',
    'a/zebra': '',
    'a/zoo': '',
  })
  execFileSync('git', ['init', '--quiet'], { cwd: root })
  const listed = execFileSync('git', ['ls-files', '--others', '--exclude-standard'], { cwd: root }).toString()
  expect((await glob(root, '**')).split('\n')).toEqual(listed.trim().split('\n').toSorted())
})

test('links are neither followed nor listed, and nothing leads outside', async () => {
  const outside = await tree({ secret: 'SECRET', 'root/a': 'SECRET' })
  const root = join(outside, 'root')
  await symlink('..', join(root, 'up'))
  await symlink('../secret', join(root, 'link'))
  await symlink('.', join(root, 'circle'))
  expect(await glob(root, '**')).toBe('a')
  expect(await grep(root, 'SECRET')).toBe('a:1:SECRET')
  expect(await grep(root, 'SECRET', 'link')).toContain('outside of the project folder')
  expect(await grep(root, 'SECRET', '../secret')).toContain('outside of the project folder')
  expect(await glob(root, '../**')).toContain('leads outside')
  expect(await glob(root, '/etc/*')).toContain('leads outside')
})

test('more than is shown is told of', async () => {
  const files = Object.fromEntries(Array.from({ length: 1_100 }, (_, index) => [`f${index}`, 'same\n']))
  const root = await tree(files)
  expect(await glob(root, '*')).toContain('[100 more files match: narrow the pattern]')
  const found = await grep(root, 'same')
  expect(found.split('\n')).toHaveLength(201)
  expect(found).toContain('[There are more than 200 matches')
})

test('lines are found with path and number; long ones are cut around the match', async () => {
  const root = await tree({
    'a.txt': 'one\r\nTWO\r\nthree',
    'wide.min.js': `${'x'.repeat(5_000)}needle${'y'.repeat(5_000)}`,
    'no-newline': 'last needle',
  })
  expect(await grep(root, '(?i)two$')).toBe('a.txt:2:TWO')
  expect(await grep(root, '^three$')).toBe('a.txt:3:three')
  expect(await grep(root, String.raw`\-\"|T\wO`)).toBe('a.txt:2:TWO')
  const found = await grep(root, 'needle')
  expect(found).toMatch(/^no-newline:1:last needle\nwide\.min\.js:1:…x+needley+…$/)
  expect(found.length).toBeLessThan(400)
  expect(await grep(root, 'nowhere')).toContain('[No line matches')
  expect(await grep(root, '(')).toContain('regular expression')
  expect(await grep(root, 'x', 'none')).toContain('There is no "none"')
})

test('binary, huge and odd files are left out, and a pipe does not block', async () => {
  const root = await tree({
    'a.bin': Buffer.from('find\0me'),
    'b.txt': 'find me',
    'huge.txt': 'find me\n'.repeat(1_400_000),
  })
  execFileSync('mkfifo', [join(root, 'pipe')])
  const found = await grep(root, 'find')
  expect(found).toContain('b.txt:1:find me')
  expect(found).toContain('[Not searched, being too large or not readable: huge.txt]')
  expect(found).not.toContain('a.bin')
  expect(await grep(root, 'find', 'pipe')).toContain('a pipe')
})

test('a folder that may not be read is passed over', async () => {
  const root = await tree({ 'closed/a': 'x', 'open/b': 'x' })
  await chmod(join(root, 'closed'), 0o000)
  expect(await grep(root, 'x')).toContain('open/b:1:x')
  await chmod(join(root, 'closed'), 0o700)
})

test.each(['(a+)+$', '(a|a)*$', '(.*)*$', String.raw`^(\w+\s?)*$`])(
  'the pattern %s cannot hang the process',
  async (pattern) => {
    const root = await tree({ 'evil.txt': `${'a'.repeat(60)}!\n`.repeat(3), 'good.txt': 'aaa' })
    let ticks = 0
    const timer = setInterval(() => ticks++, 10)
    const outcome = await call(grepTool(root), { pattern })
    clearInterval(timer)
    expect(ticks).toBeLessThan(500)
    if (outcome.type === 'failed') expect(textOf(outcome)).toContain('takes too long to match in evil.txt')
    else expect(textOf(outcome)).toContain('good.txt:1')
  },
)

test('a glob that explodes cannot hang the process', async () => {
  const root = await tree({ ['a'.repeat(200)]: '' })
  const outcome = await call(globTool(root), { pattern: '+(+(+(a|aa)|a)|aaa)+(+(a)|b)!' })
  expect(['completed', 'failed']).toContain(outcome.type)
})

test('an interrupt ends the search', async () => {
  const root = await tree({ 'a/b': 'x' })
  const context = contextOf(undefined, { signal: AbortSignal.abort(new Error('stop')) })
  expect(textOf(await call(grepTool(root), { pattern: 'x' }, context))).toBe('stop')
  expect(textOf(await call(globTool(root), { pattern: '**' }, context))).toBe('stop')
})
