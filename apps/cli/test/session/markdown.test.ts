import { stripVTControlCharacters } from 'node:util'

import { expect, test } from 'vitest'

import { paintOf } from '../../src/session/markdown/paint.ts'
import { renderMarkdown } from '../../src/session/markdown/render-markdown.ts'
import { splitMarkdown } from '../../src/session/markdown/split-markdown.ts'
import { columnsOf } from '../../src/session/screen/columns.ts'
import { createStyle } from '../../src/terminal/style.ts'
import { rounds, seededRandom } from './seeded-random.ts'

const paint = paintOf(createStyle(true, true))
const plain = paintOf(createStyle(false, false))

const pieces = [
  '# Title\n',
  '**bold** ',
  '*it* ',
  '`code` ',
  '- item\n',
  '  - nested\n',
  '1. one\n',
  '\n',
  '\n\n',
  '```js\n',
  '~~~\n',
  'word ',
  'averyveryverylongwordwithoutanyblank ',
  '| a | b |\n|---|--:|\n| 1 | 2 |\n',
  '> quoted\n',
  '[name](https://example.com) ',
  '<b>html</b> ',
  '---\n',
  '日本語 ',
  '👩‍👩‍👧 ',
  '\u001B[31m',
  '\u001B]0;title\u0007',
  '\u202E',
  '\t',
  '- [x] done\n',
  '\\*',
  '&amp; ',
  '***',
  '[',
  '](',
  '![i](x)',
]

test('Markdown of any kind fits any width, and has no sequences but colours', () => {
  const random = seededRandom()
  for (let round = 0; round < rounds; round += 1) {
    const text = Array.from({ length: random(30) }, () => pieces[random(pieces.length)]).join('')
    const width = 8 + random(80)
    for (const line of renderMarkdown(text, paint, width)) {
      // eslint-disable-next-line no-control-regex -- colours are left out
      const bare = line.replaceAll(/\u001B\[\d+m/g, '')
      expect(bare).not.toMatch(/\p{Cc}|\u202E/u)
      // Nested lists and tables have a width below which they cannot go.
      expect(columnsOf(bare)).toBeLessThanOrEqual(Math.max(width, 40))
    }
  }
})

test('what is known to be whole of a growing text, piece by piece, is the text', () => {
  const random = seededRandom()
  for (let round = 0; round < rounds; round += 1) {
    const text = Array.from({ length: random(30) }, () => pieces[random(pieces.length)]).join('')
    let [printed, open] = ['', '']
    for (const piece of text.match(/[^]{1,7}/g) ?? []) {
      const split = splitMarkdown(open + piece)
      printed += split.whole
      open = split.open
    }
    expect(printed + open).toBe(text)
  }
})

test('a block is whole at an empty line, a fence at its end and not before', () => {
  expect(splitMarkdown('one\n\ntwo')).toEqual({ whole: 'one\n\n', open: 'two' })
  expect(splitMarkdown('```\na\n\nb\n')).toEqual({ whole: '', open: '```\na\n\nb\n' })
  expect(splitMarkdown('````\na\n```\n````\nx')).toEqual({ whole: '````\na\n```\n````\n', open: 'x' })
})

test('shows what prose, lists, tables, code and links say', () => {
  const text =
    '# Plan\n\nA **bold** [name](https://x.y/z).\n\n1. one\n2. two\n   - in it\n\n| n | size |\n|---|---:|\n| a | 1 |\n\n```diff\n-old\n+new\n```\n'
  expect(renderMarkdown(text, plain, 40)).toEqual([
    'Plan',
    '',
    'A bold name (https://x.y/z).',
    '',
    '1. one',
    '2. two',
    '   * in it',
    '',
    'n  size',
    '-  ----',
    'a     1',
    '',
    '| diff',
    '| -old',
    '| +new',
  ])
  expect(renderMarkdown('**a**', paint, 40)).toEqual(['\u001B[1ma\u001B[22m'])
  expect(stripVTControlCharacters(renderMarkdown('```diff\n+new\n```', paint, 40).join())).toBe(
    '│ diff,│ +new',
  )
})
