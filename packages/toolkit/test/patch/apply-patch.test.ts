import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { chmod, link, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { ToolOutcome } from '@keepup/core'
import { expect, test } from 'vitest'

import { applyPatchTool, createWorkingFiles, editTool } from '../../src/index.ts'
import { call, contextOf, newKey, temporaryFolder, textOf } from '../call-tool.ts'
import { see } from '../see.ts'
import { readTree, type Tree, writeTree } from './tree.ts'

async function patched(
  before: Tree,
  lines: readonly string[],
  options: { readonly unseen?: boolean } = {},
): Promise<{ outcome: ToolOutcome; told: string; tree: Tree }> {
  const root = await temporaryFolder()
  await writeTree(root, before)
  const files = options.unseen === true ? createWorkingFiles() : await see(root, ...Object.keys(before))
  const patch = ['*** Begin Patch', ...lines, '*** End Patch'].join('\n')
  const outcome = await call(applyPatchTool(root, files), { patch })
  return { outcome, told: textOf(outcome), tree: await readTree(root) }
}

const update = (...lines: readonly string[]): readonly string[] => ['*** Update File: f', ...lines]

test('a place is found by the lines that are named before it', async () => {
  const f = 'class A\n  def x\n    pass\nclass B\n  def x\n    pass\n'
  const { tree } = await patched({ f }, update('@@ class B', '@@   def x', '-    pass', '+    run'))
  expect(tree).toEqual({ f: 'class A\n  def x\n    pass\nclass B\n  def x\n    run\n' })
  const after = await patched({ f: 'a\nb\nc\n' }, update('@@ b', '+new'))
  expect(after.tree).toEqual({ f: 'a\nb\nnew\nc\n' })
})

test('the first of several places is taken as the format has it, and told', async () => {
  const { told, tree } = await patched({ f: 'x\ny\nx\ny\n' }, update('@@', '-y', '+z'))
  expect(tree).toEqual({ f: 'x\nz\nx\ny\n' })
  expect(told).toContain('its lines stand also at 4; the first place, line 2, was taken')
})

test.each([
  ['trailing-white-space', 'a  \nb\t\n', ['@@', ' a', '-b', '+c'], 'a  \nc\n'],
  [
    'indentation',
    'f:\n    a()\n    b()\n',
    ['@@', ' a()', '-b()', '+c()', '+  d()'],
    'f:\n    a()\n    c()\n      d()\n',
  ],
  ['look-alikes', '“so” it’s\nand\n', ['@@', ' "so" it\'s', '-and', '+or'], '“so” it’s\nor\n'],
])(
  'lines that stand there but for %s: those of the context stay as they are',
  async (strategy, f, lines, after) => {
    const { told, tree } = await patched({ f }, update(...lines))
    expect(tree).toEqual({ f: after })
    expect(told).toContain(`but for ${strategy}`)
    const unseen = await patched({ f }, update(...lines), { unseen: true })
    expect(unseen.told).toContain('Read it, then repeat the patch')
    expect(unseen.tree).toEqual({ f })
  },
)

test.each([
  [
    'several places but for indentation',
    '  a\n  b\n\n    a\n    b\n',
    ['@@', ' a', '-b', '+c'],
    /only but for indentation, and several times: at lines 1, 4/,
  ],
  [
    'an indentation that nothing explains',
    '  a\n      b\n',
    ['@@', ' a', '-b', '+c'],
    /how its added lines are to be indented/,
  ],
  [
    'chunks out of order',
    'a\nb\nc\n',
    ['@@', '-c', '+C', '@@', '-a', '+A'],
    /stands in f at line 1, before line 4/,
  ],
  [
    'no end of the file',
    'a\nb\n',
    ['@@', '-a', '+A', '*** End of File'],
    /line 1, not at the end of the file/,
  ],
  ['a chunk without lines', 'a\n', ['@@', '*** End of File'], /a chunk has no lines here/],
  ['a line without a sign', 'a\n', ['@@', '-a', '+b', 'c'], /a chunk begins with "@@"/],
  ['a context that is not there', 'a\n', ['@@ nowhere', '-a', '+b'], /do not stand in f/],
])('refused: %s', async (_, f, lines, expected) => {
  const { outcome, told, tree } = await patched({ f }, update(...lines))
  expect(outcome.type).toBe('failed')
  expect(told).toMatch(expected)
  expect(tree).toEqual({ f })
})

test('line breaks, byte order mark and a missing last line break stay where nothing was changed', async () => {
  const mixed = await patched({ f: '\u{FEFF}a\r\nb\nc\r\nend' }, update('@@', '-b', '+B', '+B2', ' c'))
  expect(mixed.tree).toEqual({ f: '\u{FEFF}a\r\nB\nB2\nc\r\nend' })
  const windows = await patched({ f: 'a\r\nb\r\n' }, update('@@', ' a', '+new', ' b'))
  expect(windows.tree).toEqual({ f: 'a\r\nnew\r\nb\r\n' })
  const appended = await patched({ f: 'a\r\nb' }, update('@@', '+c'))
  expect(appended.tree).toEqual({ f: 'a\r\nb\r\nc\r\n' })
  const alone = await patched({ f: 'one\rtwo\rthree\n' }, update('@@', '-one\rtwo\rthree', '+x'))
  expect(alone.tree).toEqual({ f: 'x\n' })
})

test('bytes that are no UTF-8 stay as they are', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'f'), Buffer.from('caf\xe9\nold\n\xff\n', 'latin1'))
  const patch = '*** Begin Patch\n*** Update File: f\n@@\n-old\n+neü\n*** End Patch'
  expect((await call(applyPatchTool(root), { patch })).type).toBe('completed')
  const expected = Buffer.concat([
    Buffer.from('caf\xe9\n', 'latin1'),
    Buffer.from('neü\n'),
    Buffer.from('\xff\n', 'latin1'),
  ])
  expect(await readFile(join(root, 'f'))).toEqual(expected)
})

test('sections see the files as those before leave them', async () => {
  const lines = [
    '*** Update File: a',
    '@@',
    '-1',
    '+2',
    '*** Update File: a',
    '*** Move to: b',
    '@@',
    '-2',
    '+3',
    '*** Add File: a',
    '+again',
    '*** Delete File: c',
    '*** Add File: c',
    '+c2',
  ]
  expect((await patched({ a: '1\n', c: 'c1\n' }, lines)).tree).toEqual({ a: 'again\n', b: '3\n', c: 'c2\n' })
})

test('a move keeps the mode and tells what gave way; a move alone is one too, of any bytes', async () => {
  const root = await temporaryFolder()
  await writeTree(root, { run: 'a\n', 'there/run': 'old\n' })
  await chmod(join(root, 'run'), 0o755)
  const patch = '*** Begin Patch\n*** Update File: run\n*** Move to: there/run\n*** End Patch'
  const outcome = await call(applyPatchTool(root), { patch })
  expect(textOf(outcome)).toBe('R run → there/run (in place of a file that was there)')
  expect((await stat(join(root, 'there/run'))).mode & 0o777).toBe(0o755)
  await writeFile(join(root, 'binary'), Buffer.from([0, 1, 2]))
  const move = '*** Begin Patch\n*** Update File: binary\n*** Move to: b2\n*** End Patch'
  expect((await call(applyPatchTool(root), { patch: move })).type).toBe('completed')
  expect(await readFile(join(root, 'b2'))).toEqual(Buffer.from([0, 1, 2]))
})

test('where one of the files cannot be written, none is changed and nothing is left behind', async () => {
  const before = { 'a/one': '1\n', 'z/file': 'x\n' }
  const { outcome, tree } = await patched(before, [
    '*** Update File: a/one',
    '@@',
    '-1',
    '+2',
    '*** Add File: new/folder/b',
    '+b',
    '*** Add File: z/file/below',
    '+c',
  ])
  expect(outcome.type).toBe('failed')
  expect(tree).toEqual(before)
})

test('what fails in the middle is undone', async () => {
  const root = await temporaryFolder()
  const before = { a: '1\n', gone: 'x\n' }
  await writeTree(root, before)
  const key = newKey()
  // Something stands where a deleted file waits for the end of the patch.
  const mark = `d${createHash('sha256').update(join(root, 'gone')).digest('hex').slice(0, 6)}${key}`.slice(
    0,
    16,
  )
  await writeTree(root, { [`.gone.${mark}.keepup/in/the/way`]: '' })
  const patch =
    '*** Begin Patch\n*** Update File: a\n@@\n-1\n+2\n*** Add File: new/b\n+b\n*** Delete File: gone\n*** End Patch'
  expect((await call(applyPatchTool(root), { patch }, contextOf(key))).type).toBe('failed')
  expect(await readTree(root)).toMatchObject(before)
  expect(Object.keys(await readTree(root))).toHaveLength(3)
})

test.each([
  ['changed', 'a', 'theirs\n'],
  ['made', 'b', 'theirs\n'],
])('a file that others %s in this moment is noticed', async (_, path, content) => {
  const root = await temporaryFolder()
  await writeTree(root, { a: '1\n' })
  const signal = new AbortController().signal
  // It is asked once everything is worked out.
  signal.throwIfAborted = () => writeFileSync(join(root, path), content)
  const patch = '*** Begin Patch\n*** Update File: a\n@@\n-1\n+2\n*** Add File: b\n+b\n*** End Patch'
  const outcome = await call(applyPatchTool(root), { patch }, contextOf(undefined, { signal }))
  expect(textOf(outcome)).toContain('by someone else in this moment')
  expect(await readTree(root)).toEqual({ a: '1\n', [path]: content })
})

test('paths outside of the folder, links, and files that others changed are refused', async () => {
  const outside = await temporaryFolder()
  const root = join(outside, 'root')
  await writeTree(root, { f: 'a\n', real: 'r\n' })
  await symlink('real', join(root, 'alias'))
  await symlink('..', join(root, 'up'))
  const tool = applyPatchTool(root)
  for (const path of ['../x', '/tmp/keepup-must-not-be', 'up/x']) {
    const patch = `*** Begin Patch\n*** Add File: ${path}\n+x\n*** End Patch`
    expect(await call(tool, { patch })).toMatchObject({ code: 'tool-denied' })
    const move = `*** Begin Patch\n*** Update File: f\n*** Move to: ${path}\n@@\n-a\n+b\n*** End Patch`
    expect(await call(tool, { patch: move })).toMatchObject({ code: 'tool-denied' })
  }
  expect(
    textOf(await call(tool, { patch: '*** Begin Patch\n*** Delete File: alias\n*** End Patch' })),
  ).toContain('symbolic link')
  await call(tool, { patch: '*** Begin Patch\n*** Update File: alias\n@@\n-r\n+s\n*** End Patch' })
  expect(await readFile(join(root, 'real'), 'utf8')).toBe('s\n')
  const files = await see(root, 'f')
  await writeFile(join(root, 'f'), 'a\nmine\n')
  for (const lines of ['*** Update File: f\n@@\n-a\n+b', '*** Delete File: f', '*** Add File: f\n+x']) {
    const patch = `*** Begin Patch\n${lines}\n*** End Patch`
    expect(textOf(await call(applyPatchTool(root, files), { patch }))).toContain('has changed since you last')
  }
  expect(await readTree(outside)).toMatchObject({ 'root/f': 'a\nmine\n' })
})

test('the other name of a file keeps the old bytes', async () => {
  const root = await temporaryFolder()
  await writeTree(root, { f: 'a\n' })
  await link(join(root, 'f'), join(root, 'same'))
  await call(applyPatchTool(root), {
    patch: '*** Begin Patch\n*** Update File: f\n@@\n-a\n+b\n*** End Patch',
  })
  expect(await readTree(root)).toEqual({ f: 'b\n', same: 'a\n' })
})

test('patches and edits of the same files at once all happen', async () => {
  const root = await temporaryFolder()
  const names = Array.from({ length: 10 }, (_, index) => `<${index}>`)
  const edits = names.map((name) => `edit ${name}`)
  await writeTree(root, { f: `${[...names, ...edits].join('\n')}\n`, g: `${names.join('\n')}\n` })
  const files = await see(root, 'f', 'g')
  const calls = names.flatMap((name, index) => {
    const order = index % 2 === 0 ? ['f', 'g'] : ['g', 'f']
    const sections = order.map((path) => `*** Update File: ${path}\n@@\n-${name}\n+${name}!\n`).join('')
    return [
      call(applyPatchTool(root, files), { patch: `*** Begin Patch\n${sections}*** End Patch` }),
      call(editTool(root, files), {
        path: 'f',
        old_text: `edit ${name}`,
        new_text: `done ${name}`,
      }),
    ]
  })
  expect((await Promise.all(calls)).map(({ type }) => type)).toEqual(calls.map(() => 'completed'))
  expect((await readTree(root))['g']).toBe(`${names.map((name) => `${name}!`).join('\n')}\n`)
})

test('what a patch would touch is told before, and nothing of one that cannot be read', () => {
  const patch =
    '*** Begin Patch\n*** Add File: a\n*** Delete File: b\n*** Update File: c\n*** Move to: d\n*** End Patch'
  expect(applyPatchTool('/srv').effects({ patch })).toEqual([
    { kind: 'write', target: '/srv/a' },
    { kind: 'delete', target: '/srv/a' },
    { kind: 'delete', target: '/srv/b' },
    { kind: 'read', target: '/srv/c' },
    { kind: 'delete', target: '/srv/c' },
    { kind: 'write', target: '/srv/d' },
  ])
  expect(applyPatchTool('/srv').effects({ patch: 'rm -rf' })).toEqual([])
})

test('an interrupt before the first write leaves everything', async () => {
  const root = await temporaryFolder()
  const context = contextOf(undefined, { signal: AbortSignal.abort(new Error('stop')) })
  const patch = '*** Begin Patch\n*** Add File: a\n+x\n*** End Patch'
  expect(textOf(await call(applyPatchTool(root), { patch }, context))).toBe('stop')
  expect(await readTree(root)).toEqual({})
})
