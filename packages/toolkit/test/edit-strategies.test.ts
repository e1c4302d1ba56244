import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { ToolOutcome } from '@keepup/core'
import { expect, test } from 'vitest'

import { createWorkingFiles, editTool, readTool, writeTool } from '../src/index.ts'
import { call, contextOf, temporaryFolder, textOf } from './call-tool.ts'
import { see } from './see.ts'

interface Tried {
  readonly outcome: ToolOutcome
  readonly file: string
  readonly data: { readonly strategy: string; readonly confidence: number }
}

async function tried(
  content: string | Buffer,
  old_text: string,
  new_text: string,
  options: { readonly unseen?: boolean; readonly replace_all?: boolean } = {},
): Promise<Tried> {
  const root = await temporaryFolder()
  await writeFile(join(root, 'file'), content)
  const files = options.unseen === true ? createWorkingFiles() : await see(root, 'file')
  const all = options.replace_all === undefined ? {} : { replace_all: options.replace_all }
  const outcome = await call(editTool(root, files), { path: 'file', old_text, new_text, ...all })
  const file = await readFile(join(root, 'file'), 'utf8')
  const data = outcome.type === 'completed' ? outcome.output.structured : {}
  return { outcome, file, data: data as unknown as Tried['data'] }
}

test.each([
  ['exact', 1, 'a\nb\n', 'b', 'c', 'a\nc\n'],
  ['line-endings', 0.99, 'a\r\nb\r\nc\r\n', 'a\nb', 'x\ny', 'x\r\ny\r\nc\r\n'],
  [
    'line-endings',
    0.99,
    'aa\r\nbb\ncc\rdd\n',
    'aa\nbb\ncc\ndd',
    'aa\nBB\nnew\ncc\ndd',
    'aa\r\nBB\nnew\r\ncc\rdd\n',
  ],
  ['trailing-white-space', 0.97, 'one  \ntwo\t\nthree \n', 'one\ntwo', '1\n2', '1\n2\t\nthree \n'],
  ['trailing-white-space', 0.97, 'alpha\nbeta\n', 'alpha  \nbeta', 'gamma\nbeta', 'gamma\nbeta\n'],
  [
    'indentation',
    0.95,
    'alpha\n   beta_line\ngamma\n',
    '    beta_line',
    '    beta_row',
    'alpha\n   beta_row\ngamma\n',
  ],
  [
    'indentation',
    0.95,
    'class A:\n    def f(self):\n        return 1\n',
    'def f(self):\n    return 1\n',
    'def f(self):\n    if x:\n        return 2\n    return 1\n',
    'class A:\n    def f(self):\n        if x:\n            return 2\n        return 1\n',
  ],
  [
    'indentation',
    0.93,
    'if (x) {\n\tcall()\n\t\tdeep()\n}\n',
    '  call()\n    deep()',
    '  called()\n      deeper()',
    'if (x) {\n\tcalled()\n\t\t\tdeeper()\n}\n',
  ],
  [
    'indentation',
    0.93,
    'if:\n    call()\n',
    '\tcall()',
    '\tcall()\n\t\tmore()',
    'if:\n    call()\n        more()\n',
  ],
  [
    'look-alikes',
    0.94,
    'say(“hi — there”) // ‘yes’\n',
    'say("hi - there")',
    'say("hi - you")',
    'say(“hi — you”) // ‘yes’\n',
  ],
  ['look-alikes', 0.94, 'max\u00A0size = 3 — m\n', 'max size = 3', 'max size = 4', 'max\u00A0size = 4 — m\n'],
  [
    'indentation+trailing-white-space',
    0.922,
    'f {\n    one()  \n    two()\n}\n',
    'one()\ntwo()\n',
    'one()\nthree()\n',
    'f {\n    one()  \n    three()\n}\n',
  ],
  [
    'trailing-white-space+look-alikes',
    0.912,
    'it’s  \nhere\n',
    "it's\nhere",
    "it's\nthere",
    'it’s  \nthere\n',
  ],
  [
    'escape-sequences',
    0.92,
    'line1\nline2\nline3\n',
    String.raw`line1\nline2`,
    String.raw`lineA\nlineB`,
    'lineA\nlineB\nline3\n',
  ],
  [
    'escape-sequences',
    0.92,
    'def f():\n\tprint("before")\n',
    String.raw`\tprint(\"before\")`,
    String.raw`\tprint(\"after\")`,
    'def f():\n\tprint("after")\n',
  ],
])('%s (%d): %j, %j to %j', async (strategy, confidence, content, old_text, new_text, expected) => {
  const { file, data, outcome } = await tried(content, old_text, new_text)
  expect(outcome.type === 'completed' ? file : textOf(outcome)).toBe(expected)
  expect(data).toMatchObject({ strategy, confidence })
})

test('what was not found exactly is told, with what stands there now', async () => {
  const { outcome } = await tried('a\n   beta  \nc\n', ' beta\nc\n', ' gamma\nc\n')
  expect(textOf(outcome)).toMatch(/found by trailing-white-space \(confidence 0\.97\).*\n {3}gamma\nc$/)
})

test.each([
  ['neither text in the file', 'return 0\n', 'return 1', 'return 2', /does not stand in file/],
  ['white space inside of a line', 'a    b = 1\n', 'a b = 1', 'a b = 2', /1\ta {4}b = 1/],
  [
    'several places but for white space',
    'f1() \nx\nf1() \nx\n',
    'f1()\nx',
    'g\nx',
    /several times but for trailing white space: at lines 1, 3/,
  ],
  [
    'no one change of indentation',
    'f:\n  one()\n      two()\n',
    'one()\ntwo()\n',
    '1\n2\n',
    /does not stand/,
  ],
  ['only white space to change', 'f:\n   one()\n', '    one()', '   one()', /0\.855/],
  ['only quotes to change', 'a “b” c\n', 'a "b" c', 'a “b" c', /0\.846/],
  ['indentation and quotes at once', 'f:\n   it’s one\n', "    it's one", "    it's two", /0\.866/],
  ['nothing but a brace', 'f {\n      }\n  g\n', '}\n\t\tg', '}\n\t\th', /does not stand/],
  ['a line that would leave its column', 'f:\n  one\n', '    one', '    one\nzero', /does not stand/],
  [
    'escape sequences of which it is not clear what they are',
    'a\nb = 1\n',
    String.raw`a\nb = 1`,
    'a\nb = "\\n"',
    /does not stand/,
  ],
  [
    'escape sequences of another kind',
    'say("x")\n',
    String.raw`say(\"x\")`,
    String.raw`say(\"x\n\")`,
    /does not stand/,
  ],
  ['the end of another word', 'metabeta  \nrow\n', 'beta\nrow', 'gamma\nrow', /0\.873/],
  ['white space alone', 'a  \n\nb\n', '  \n \n', 'x', /does not stand/],
])('refused: %s', async (_, content, old_text, new_text, expected) => {
  const { outcome, file } = await tried(content, old_text, new_text)
  expect(outcome.type).toBe('failed')
  expect(textOf(outcome)).toMatch(expected)
  expect(file).toBe(content)
})

test('replace_all takes only what stands there exactly so, or with other line breaks', async () => {
  const content = 'f:\n   one\nf:\n   one\n'
  expect((await tried(content, '    one', '    two', { replace_all: true })).file).toBe(content)
  const windows = await tried('a\r\nb\r\na\r\nb\r\n', 'a\nb', 'c\nd', { replace_all: true })
  expect(windows.file).toBe('c\r\nd\r\nc\r\nd\r\n')
  const { outcome } = await tried('say “x”\n', 'say "x"', 'say "y"', { replace_all: true })
  expect(textOf(outcome)).toContain('replace_all needs the exact text')
})

test('a file that was never read in this thread is only edited exactly', async () => {
  const { outcome, file } = await tried('one  \ntwo\n', 'one\ntwo', '1\n2', { unseen: true })
  expect(outcome).toMatchObject({ type: 'failed', code: 'edit-file-unseen' })
  expect(textOf(outcome)).toContain('Read it, then repeat')
  expect(file).toBe('one  \ntwo\n')
  expect((await tried('one\n', 'one', '1', { unseen: true })).file).toBe('1\n')
  expect(textOf((await tried('a\r\nb', 'a\nb', 'c', { unseen: true })).outcome)).toContain(
    'but for line endings',
  )
})

test('a file that others changed since it was read is refused, until it is read again', async () => {
  const root = await temporaryFolder()
  const path = join(root, 'file')
  await writeFile(path, 'one\ntwo\n')
  const files = await see(root, 'file')
  await writeFile(path, 'ONE\ntwo\n')
  const edit = { path: 'file', old_text: 'two', new_text: '2' }
  const refused = await call(editTool(root, files), edit)
  expect(textOf(refused)).toMatch(/has changed since you last read or wrote it.*Read it again/)
  expect(textOf(await call(writeTool(root, files), { path: 'file', content: 'mine' }))).toContain(
    'has changed',
  )
  expect(await readFile(path, 'utf8')).toBe('ONE\ntwo\n')
  expect((await call(editTool(root, files), edit, contextOf(undefined, inThread('other')))).type).toBe(
    'completed',
  )
  expect((await call(editTool(root, files), edit)).type).toBe('failed')
  await call(readTool(root, files.seen), { path: 'file', offset: 2, limit: 1 })
  expect((await call(editTool(root, files), { ...edit, old_text: '2', new_text: '3' })).type).toBe(
    'completed',
  )
  expect(await readFile(path, 'utf8')).toBe('ONE\n3\n')
})

test('what the agent wrote itself is seen; what only the clock touched is no change', async () => {
  const root = await temporaryFolder()
  const files = createWorkingFiles()
  await call(writeTool(root, files), { path: 'file', content: 'it’s\n' })
  await writeFile(join(root, 'file'), 'it’s\n')
  const outcome = await call(editTool(root, files), { path: 'file', old_text: "it's", new_text: "it's so" })
  expect(outcome.type).toBe('completed')
  expect((await call(writeTool(root, files), { path: 'file', content: 'new' })).type).toBe('completed')
  expect((await call(writeTool(root, files), { path: 'file', content: 'new' })).type).toBe('completed')
})

test('bytes that are no UTF-8 are only matched exactly', async () => {
  const content = Buffer.from('caf\xe9  \nbar\n', 'latin1')
  const { outcome } = await tried(content, 'caf\u{FFFD}\nbar', 'x')
  expect(outcome.type).toBe('failed')
})

function inThread(thread: string): Partial<ReturnType<typeof contextOf>> {
  return { call: { ...contextOf().call, thread } }
}
