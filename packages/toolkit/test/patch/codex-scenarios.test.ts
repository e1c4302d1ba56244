import { expect, test } from 'vitest'

import { applyPatchTool } from '../../src/index.ts'
import { call, temporaryFolder, textOf } from '../call-tool.ts'
import { readTree, type Tree, writeTree } from './tree.ts'

interface Scenario {
  readonly about: string
  readonly before: Tree
  readonly patch: readonly string[]
  /** The same as before where the patch is refused. */
  readonly after: Tree
  readonly refused?: RegExp
}

// What Codex publishes of its apply_patch as scenarios (openai/codex, codex-rs/apply-patch/tests/fixtures/scenarios), one each, told again with files of our own.
const scenarios: readonly Scenario[] = [
  {
    about: '001 a file is added',
    before: {},
    patch: ['*** Add File: notes/today.md', '+# Today', '+', '+rain'],
    after: { 'notes/today.md': '# Today\n\nrain\n' },
  },
  {
    about: '002 several files at once',
    before: { 'gone.txt': 'x\n', 'kept.txt': 'north\nsouth\n' },
    patch: [
      '*** Add File: deep/er/new.txt',
      '+fresh',
      '*** Delete File: gone.txt',
      '*** Update File: kept.txt',
      '@@',
      '-south',
      '+east',
    ],
    after: { 'deep/er/new.txt': 'fresh\n', 'kept.txt': 'north\neast\n' },
  },
  {
    about: '003 several chunks',
    before: { 'list.txt': 'ant\nbee\ncat\ndog\n' },
    patch: ['*** Update File: list.txt', '@@', '-bee', '+BEE', '@@', '-dog', '+DOG'],
    after: { 'list.txt': 'ant\nBEE\ncat\nDOG\n' },
  },
  {
    about: '004 a move into a new folder',
    before: { 'here/name.txt': 'before\n', 'here/other.txt': 'stays\n' },
    patch: ['*** Update File: here/name.txt', '*** Move to: there/below/name.txt', '@@', '-before', '+after'],
    after: { 'there/below/name.txt': 'after\n', 'here/other.txt': 'stays\n' },
  },
  {
    about: '005 an empty patch',
    before: { 'a.txt': 'as it is\n' },
    patch: [],
    after: { 'a.txt': 'as it is\n' },
    refused: /changes no file/,
  },
  {
    about: '006 context that is not there',
    before: { 'a.txt': 'one\ntwo\n' },
    patch: ['*** Update File: a.txt', '@@', '-three', '+four'],
    after: { 'a.txt': 'one\ntwo\n' },
    refused: /do not stand in a\.txt/,
  },
  {
    about: '007 a deletion of what is not there',
    before: { 'a.txt': 'one\n' },
    patch: ['*** Delete File: b.txt'],
    after: { 'a.txt': 'one\n' },
    refused: /There is no file "b\.txt" to delete/,
  },
  {
    about: '008 an update without chunks',
    before: { 'a.txt': 'one\n' },
    patch: ['*** Update File: a.txt'],
    after: { 'a.txt': 'one\n' },
    refused: /Line 2: the update of a\.txt changes nothing/,
  },
  {
    about: '009 an update of what is not there',
    before: { 'a.txt': 'one\n' },
    patch: ['*** Update File: b.txt', '@@', '-one', '+two'],
    after: { 'a.txt': 'one\n' },
    refused: /There is no file "b\.txt" to update/,
  },
  {
    about: '010 a move onto a file that is there',
    before: { 'from/a.txt': 'new one\n', 'to/a.txt': 'in the way\n', 'from/b.txt': 'stays\n' },
    patch: ['*** Update File: from/a.txt', '*** Move to: to/a.txt', '@@', '-new one', '+moved one'],
    after: { 'to/a.txt': 'moved one\n', 'from/b.txt': 'stays\n' },
  },
  {
    about: '011 a file that is added onto one that is there',
    before: { 'twice.txt': 'first\n' },
    patch: ['*** Add File: twice.txt', '+second'],
    after: { 'twice.txt': 'second\n' },
  },
  {
    about: '012 a deletion of a folder',
    before: { 'folder/a.txt': 'one\n' },
    patch: ['*** Delete File: folder'],
    after: { 'folder/a.txt': 'one\n' },
    refused: /is a folder/,
  },
  {
    about: '013 a header that does not exist',
    before: { 'a.txt': 'one\n' },
    patch: ['*** Rename File: a.txt'],
    after: { 'a.txt': 'one\n' },
    refused: /Line 2: .*is no header/,
  },
  {
    about: '014 a last line that had no line break',
    before: { 'a.txt': 'open end' },
    patch: ['*** Update File: a.txt', '@@', '-open end', '+one', '+two'],
    after: { 'a.txt': 'one\ntwo\n' },
  },
  {
    // Codex leaves the file that was added before the failure. Here a patch is all or nothing.
    about: '015 a failure after a success',
    before: {},
    patch: ['*** Add File: made.txt', '+hello', '*** Update File: none.txt', '@@', '-a', '+b'],
    after: {},
    refused: /There is no file "none\.txt"/,
  },
  {
    about: '016 lines that are only added',
    before: { 'a.txt': 'one\ntwo\n' },
    patch: ['*** Update File: a.txt', '@@', '+three', '+four'],
    after: { 'a.txt': 'one\ntwo\nthree\nfour\n' },
  },
  {
    about: '017 white space before a header',
    before: { 'a.txt': 'one\n' },
    patch: ['   *** Update File: a.txt', '@@', '-one', '+two'],
    after: { 'a.txt': 'two\n' },
  },
  {
    about: '019 letters beyond ASCII',
    before: { 'a.txt': 'first\nçà et là\n' },
    patch: ['*** Update File: a.txt', '@@', ' first', '-çà et là', '+çà et là ✅'],
    after: { 'a.txt': 'first\nçà et là ✅\n' },
  },
  {
    about: '020 a deletion',
    before: { 'a.txt': 'one\n', 'b.txt': 'two\n' },
    patch: ['*** Delete File: b.txt'],
    after: { 'a.txt': 'one\n' },
  },
  {
    about: '021 lines that only go',
    before: { 'a.txt': 'one\ntwo\nthree\n' },
    patch: ['*** Update File: a.txt', '@@', ' one', '-two', ' three'],
    after: { 'a.txt': 'one\nthree\n' },
  },
  {
    about: '022 the end of the file',
    before: { 'a.txt': 'same\nother\nsame\nother\n' },
    patch: ['*** Update File: a.txt', '@@', ' same', '-other', '+last', '*** End of File'],
    after: { 'a.txt': 'same\nother\nsame\nlast\n' },
  },
]

async function patched(before: Tree, patch: string): Promise<{ told: string; type: string; tree: Tree }> {
  const root = await temporaryFolder()
  await writeTree(root, before)
  const outcome = await call(applyPatchTool(root), { patch })
  return { told: textOf(outcome), type: outcome.type, tree: await readTree(root) }
}

test.each(scenarios)('$about', async ({ before, patch, after, refused }) => {
  const { told, type, tree } = await patched(
    before,
    ['*** Begin Patch', ...patch, '*** End Patch'].join('\n'),
  )
  expect(told).toMatch(refused ?? /^[AMDR] /)
  expect(type).toBe(refused === undefined ? 'completed' : 'failed')
  expect(tree).toEqual(after)
})

const section = '*** Update File: f.txt\n@@\n-old\n+new\n'

test.each([
  ['018 white space around the markers', ` *** Begin Patch\n${section}*** End Patch `],
  ['020 white space on the marker lines', `*** Begin Patch \n${section} *** End Patch\n`],
  ['a here-document around it', `<<'EOF'\n*** Begin Patch\n${section}*** End Patch\nEOF\n`],
  ['Windows line breaks', `*** Begin Patch\n${section}*** End Patch`.replaceAll('\n', '\r\n')],
  ['no @@ before the first chunk', '*** Begin Patch\n*** Update File: f.txt\n-old\n+new\n*** End Patch'],
  [
    'ranges of a unified diff',
    '*** Begin Patch\n*** Update File: f.txt\n@@ -1,1 +1,1 @@\n-old\n+new\n\n*** End Patch',
  ],
])('%s', async (_, patch) => {
  expect((await patched({ 'f.txt': 'old\n' }, patch)).tree).toEqual({ 'f.txt': 'new\n' })
})
