import { describe, expect, test } from 'vitest'

import {
  type Composer,
  composerOf,
  edit,
  emptyComposer,
  insertPaste,
  written,
} from '../../src/session/composer/composer.ts'
import { keyOf } from '../../src/session/composer/key.ts'
import { layOut, rowAway } from '../../src/session/composer/layout.ts'
import { accept, menuOf } from '../../src/session/composer/menu.ts'
import { findPast, goBack, remember } from '../../src/session/composer/past-words.ts'
import { columnsOf } from '../../src/session/screen/columns.ts'
import { rounds, seededRandom } from './seeded-random.ts'

const family = '👩‍👩‍👧'

function typed(composer: Composer, ...names: readonly string[]): Composer {
  return names.reduce((at, name) => {
    const ctrl = name.startsWith('ctrl-')
    const meta = name.startsWith('alt-')
    return edit(at, keyOf(name.replace(/^(?:ctrl|alt)-/, ''), { ctrl, meta })) ?? at
  }, composer)
}

describe('a text that is written', () => {
  test('is moved in and cut by whole characters, also those of several code points', () => {
    const text = composerOf(`a${family}é`)
    expect(typed(text, 'left', 'backspace').text).toBe('aé')
    expect(typed(text, 'backspace').text).toBe(`a${family}`)
    expect(typed(text, 'home', 'right', 'right').cursor).toBe(1 + family.length)
    expect(typed(text, 'home', 'delete', 'delete').text).toBe('é')
  })

  test('knows the keys of shells', () => {
    const text = composerOf('one two\nthree four')
    expect(typed(text, 'ctrl-w').text).toBe('one two\nthree ')
    expect(typed(text, 'ctrl-u').text).toBe('one two\n')
    expect(typed(text, 'ctrl-a', 'ctrl-k').text).toBe('one two\n')
    expect(typed(text, 'ctrl-u', 'ctrl-y', 'ctrl-y').text).toBe('one two\nthree fourthree four')
    expect(typed(text, 'alt-b', 'alt-b', 'alt-b').cursor).toBe(4)
    expect(typed(text, 'enter').text).toBe('one two\nthree four\n')
    expect(edit(text, keyOf('f5'))).toBeUndefined()
  })

  test('shows a long paste as a mark, and sends all of it', () => {
    const paste = Array.from({ length: 200 }, (_, line) => `line ${line} $& $1`).join('\n')
    const composer = insertPaste(composerOf('look: '), paste)
    expect(composer.text).toBe('look: [paste 1: 200 lines]')
    expect(written(composer)).toBe(`look: ${paste}`)
    expect(insertPaste(emptyComposer, 'two\nlines').text).toBe('two\nlines')
  })

  test('fits its rows whatever it is made of, and the cursor is where it is written', () => {
    const random = seededRandom()
    const letters = ['a', ' ', '\n', '日', family, 'é', '\u001B', '\u0007', '\u202E', 'ا', '\t', '🇩🇪']
    for (let round = 0; round < rounds; round += 1) {
      const text = Array.from({ length: random(40) }, () => letters[random(letters.length)]).join('')
      const composer = typed(composerOf(text), ...Array.from({ length: random(10) }, () => 'left'))
      const width = 4 + random(20)
      const { rows, cursor } = layOut(composer, width)
      for (const { shown } of rows) {
        expect(columnsOf(shown)).toBeLessThanOrEqual(width)
        expect(shown).not.toMatch(/\p{Cc}/u)
      }
      expect(rows.map(({ start, end }) => text.slice(start, end)).join('').length).toBe(
        text.replaceAll('\n', '').length,
      )
      expect(cursor.column).toBeLessThanOrEqual(width)
      const higher = rowAway(composer, width, -1)
      expect(higher === undefined).toBe(cursor.row === 0)
    }
  })
})

describe('what was written before', () => {
  test('comes back, and the draft after it', () => {
    let past = remember(remember(remember({ texts: [], draft: '' }, 'one'), 'two'), 'two')
    expect(past.texts).toEqual(['one', 'two'])
    let composer = composerOf('draft')
    for (const wanted of ['two', 'one']) {
      const gone = goBack(past, composer, 1)
      expect(gone?.composer.text).toBe(wanted)
      ;({ past, composer } = gone ?? { past, composer })
    }
    expect(goBack(past, composer, 1)).toBeUndefined()
    ;({ past, composer } = goBack(past, composer, -1) ?? { past, composer })
    expect(goBack(past, composer, -1)?.composer.text).toBe('draft')
  })

  test('is found by a part of it, newest first', () => {
    const past = { texts: ['fix one', 'test', 'fix two'], draft: '' }
    expect(findPast(past, 'FIX')).toBe(2)
    expect(findPast(past, 'fix', 2)).toBe(0)
    expect(findPast(past, 'nothing')).toBeUndefined()
  })
})

describe('completion', () => {
  const sources = {
    commands: [
      { word: 'mode', detail: 'how much it may do', values: ['plan', 'ask'] },
      { word: 'model', detail: 'the model' },
    ],
    files: ['src/weight.js', 'src/deep/window.ts', 'README.md', 'a file.txt'],
  }
  const words = (text: string): readonly string[] =>
    menuOf(composerOf(text), sources)?.suggestions.map(({ word }) => word) ?? []

  test('offers commands, what they take, and files', () => {
    expect(words('/mo')).toEqual(['/mode', '/model'])
    expect(words('/mode p')).toEqual(['plan'])
    expect(words('see @wei')).toEqual(['@src/weight.js'])
    expect(words('see @win')[0]).toBe('@src/deep/window.ts')
    expect(words('@a fi')).toEqual([])
    expect(words('@afile')).toEqual(['@"a file.txt"'])
    expect(words('mail me@here')).toEqual([])
    expect(words('no /mo')).toEqual([])
  })

  test('puts the chosen word in where the typed part of it was', () => {
    const composer = { ...composerOf('see @wei now'), cursor: 8 }
    const menu = menuOf(composer, sources)
    expect(menu === undefined ? '' : accept(composer, menu).text).toBe('see @src/weight.js now')
  })
})
