import { chmod, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createWorkingFiles, editTool, writeTool } from '../src/index.ts'
import { call, temporaryFolder, textOf } from './call-tool.ts'
import { see } from './see.ts'

async function edited(
  content: string | Buffer,
  edit: { old_text: string; new_text: string; replace_all?: boolean },
): Promise<{ text: string; file: Buffer }> {
  const root = await temporaryFolder()
  await writeFile(join(root, 'file'), content)
  const outcome = await call(editTool(root, await see(root, 'file')), { path: 'file', ...edit })
  expect(await readdir(root)).toEqual(['file'])
  return { text: textOf(outcome), file: await readFile(join(root, 'file')) }
}

test('text that stands in the file once is replaced, and the place is told', async () => {
  const { text, file } = await edited('one\ntwo\nthree\n', { old_text: 'two\nth', new_text: '2\nt' })
  expect(file.toString()).toBe('one\n2\ntree\n')
  expect(text).toBe('Edited file at line 2.')
})

test('every place is replaced where that is asked for', async () => {
  const all = await edited('a b a\na', { old_text: 'a', new_text: 'aa', replace_all: true })
  expect(all.file.toString()).toBe('aa b aa\naa')
  expect(all.text).toBe('Edited file at 3 places, lines 1, 1, 2.')
  const overlapping = await edited('aaaa', { old_text: 'aa', new_text: 'b', replace_all: true })
  expect(overlapping.file.toString()).toBe('bb')
})

test('text that is there several times is refused with its lines', async () => {
  const { text, file } = await edited('x\ny\nx\n', { old_text: 'x', new_text: 'z' })
  expect(text).toContain('stands 2 times in file, at lines 1, 3')
  expect(file.toString()).toBe('x\ny\nx\n')
  expect((await edited('aaa', { old_text: 'aa', new_text: 'b' })).text).toContain('2 times')
})

test('text that is not there is refused with the lines most like it', async () => {
  const content = 'function first() {\n    return 1\n}\nfunction second() {\n}\n'
  const { text, file } = await edited(content, { old_text: 'function  first(){', new_text: '' })
  expect(text).toContain('1\tfunction first() {')
  expect(text).toContain('white space included')
  expect(file.toString()).toBe(content)
  expect((await edited('a\n', { old_text: 'completely other', new_text: '' })).text).toContain(
    'No line resembles it',
  )
  expect((await edited('a\n', { old_text: '\n\n', new_text: '' })).text).toContain('No line resembles it')
})

test('the same text twice changes nothing and says so', async () => {
  expect((await edited('a', { old_text: 'a', new_text: 'a' })).text).toContain('are the same')
})

test.each([
  ['one\r\ntwo\r\n', 'one\ntwo', 'a\nb', 'a\r\nb\r\n'],
  ['one\r\ntwo\r\n', 'two', '2\n3', 'one\r\n2\r\n3\r\n'],
  ['one\ntwo\n', 'one\r\ntwo', 'a\r\nb', 'a\nb\n'],
  ['one\r\ntwo\nthree', 'two\nthree', '2\n3', 'one\r\n2\n3'],
  ['one\r\ntwo\nthree', 'one\ntwo', '1\n2', '1\r\n2\nthree'],
])('line breaks follow the file: %j, %j to %j', async (content, old_text, new_text, expected) => {
  expect((await edited(content, { old_text, new_text })).file.toString()).toBe(expected)
})

test('bytes that are no UTF-8 stay as they are', async () => {
  const content = Buffer.concat([Buffer.from([0xff, 0xfe, 0xe9]), Buffer.from('name'), Buffer.from([0xc3])])
  const { file } = await edited(content, { old_text: 'name', new_text: 'nämé' })
  expect(file).toEqual(Buffer.concat([content.subarray(0, 3), Buffer.from('nämé'), content.subarray(7)]))
})

test('no byte outside of the replaced text ever changes', async () => {
  const root = await temporaryFolder()
  const bytes = fc.uint8Array({ maxLength: 40 }).map((some) => some.map((byte) => (byte === 0 ? 13 : byte)))
  const body = async (before: Uint8Array, after: Uint8Array, next: string): Promise<void> => {
    const old_text = '<<the old\ntext>>'
    const file = Buffer.concat([before, Buffer.from(old_text), after])
    await writeFile(join(root, 'file'), file)
    const tool = editTool(root, await see(root, 'file'))
    expect((await call(tool, { path: 'file', old_text, new_text: next })).type).toBe('completed')
    const now = await readFile(join(root, 'file'))
    expect(now.subarray(0, before.length)).toEqual(Buffer.from(before))
    expect(now.subarray(now.length - after.length)).toEqual(Buffer.from(after))
    const middle = now.subarray(before.length, now.length - after.length).toString()
    expect(middle.replaceAll('\r\n', '\n')).toBe(next.toWellFormed().replaceAll('\r\n', '\n'))
  }
  await fc.assert(fc.asyncProperty(bytes, bytes, fc.string(), body), { numRuns: 60 })
})

test('the mode stays, links lead on, and what is no text file is refused', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'run.sh'), 'old')
  await chmod(join(root, 'run.sh'), 0o750)
  await symlink('run.sh', join(root, 'alias'))
  await call(editTool(root), { path: 'alias', old_text: 'old', new_text: 'new' })
  expect((await stat(join(root, 'run.sh'))).mode & 0o777).toBe(0o750)
  expect(await readFile(join(root, 'run.sh'), 'utf8')).toBe('new')
  await writeFile(join(root, 'binary'), Buffer.from([0, 65]))
  expect(textOf(await call(editTool(root), { path: 'binary', old_text: 'A', new_text: 'B' }))).toContain(
    'binary',
  )
  expect(await call(editTool(root), { path: 'none', old_text: 'A', new_text: 'B' })).toMatchObject({
    type: 'failed',
  })
  expect(await call(editTool(root), { path: '../x', old_text: 'A', new_text: 'B' })).toMatchObject({
    code: 'tool-denied',
  })
})

test('edits of one file at once all happen', async () => {
  const root = await temporaryFolder()
  const names = Array.from({ length: 30 }, (_, index) => `<${index}>`)
  await writeFile(join(root, 'file'), names.join('\n'))
  const tool = editTool(root)
  const outcomes = await Promise.all(
    names.map((name) => call(tool, { path: 'file', old_text: name, new_text: `done ${name}` })),
  )
  expect(outcomes.map(({ type }) => type)).toEqual(names.map(() => 'completed'))
  expect(await readFile(join(root, 'file'), 'utf8')).toBe(names.map((name) => `done ${name}`).join('\n'))
})

test('a change by others in the middle is noticed: nothing is written over it', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'file'), 'a')
  // Two toolkits do not know each other's locks, like two processes.
  const rounds = Array.from({ length: 20 }, async (_, index) => {
    const first = call(editTool(root, createWorkingFiles()), {
      path: 'file',
      old_text: 'a',
      new_text: `a${index}a`,
    })
    const second = call(writeTool(root), { path: 'file', content: `a${'z'.repeat(index)}` })
    return Promise.all([first, second])
  })
  const outcomes = (await Promise.all(rounds)).flat()
  for (const outcome of outcomes) {
    if (outcome.type === 'failed')
      expect(textOf(outcome)).toMatch(/changed by someone else|times|does not stand/)
  }
  expect(await readdir(root)).toEqual(['file'])
})
