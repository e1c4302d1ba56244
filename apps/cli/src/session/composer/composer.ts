import { charactersOf } from '../screen/columns.ts'
import type { Key } from './key.ts'

/** A text that is being written, and where. */
export interface Composer {
  readonly text: string
  /** In code units, between two characters. */
  readonly cursor: number
  /** What long pastes stand for, in their order. */
  readonly pastes: readonly string[]
  /** What was cut last. */
  readonly cut: string
}

/** Nothing is written yet. */
export const emptyComposer: Composer = { text: '', cursor: 0, pastes: [], cut: '' }

/** A composer with a text, the cursor at its end. */
export function composerOf(text: string, kept: Composer = emptyComposer): Composer {
  return { ...kept, text, cursor: text.length }
}

/** Pastes of more lines, or characters, are shown as one mark. */
const longest = { lines: 6, characters: 1_000 }

/** Puts a text in at the cursor. */
function insert(composer: Composer, text: string): Composer {
  const { cursor } = composer
  return {
    ...composer,
    text: composer.text.slice(0, cursor) + text + composer.text.slice(cursor),
    cursor: cursor + text.length,
  }
}

/** Puts in what was pasted: a long text as a mark, which {@link written} replaces. */
export function insertPaste(composer: Composer, text: string): Composer {
  const lines = text.split('\n').length
  if (lines <= longest.lines && text.length <= longest.characters) return insert(composer, text)
  const pastes = [...composer.pastes, text]
  return insert({ ...composer, pastes }, markOf(pastes.length, text))
}

function markOf(number: number, text: string): string {
  return `[paste ${number}: ${text.split('\n').length} lines]`
}

/** The whole text, pastes included. */
export function written({ text, pastes }: Composer): string {
  return pastes.reduce((whole, paste, index) => whole.replace(markOf(index + 1, paste), () => paste), text)
}

/** What a key does to the text; `undefined` where it does nothing to it. Keys of Emacs, as shells have them. */
export function edit(composer: Composer, key: Key): Composer | undefined {
  if (key.name === 'paste') return insertPaste(composer, key.text)
  if (key.text !== '') return insert(composer, key.text)
  const name = `${key.ctrl ? 'ctrl-' : ''}${key.meta ? 'alt-' : ''}${key.name}`
  return Object.hasOwn(edits, name) ? edits[name]?.(composer) : undefined
}

const edits: Readonly<Record<string, (composer: Composer) => Composer>> = {
  left: (at) => moved(at, before(at)),
  right: (at) => moved(at, after(at)),
  'ctrl-b': (at) => moved(at, before(at)),
  'ctrl-f': (at) => moved(at, after(at)),
  home: (at) => moved(at, lineStart(at)),
  end: (at) => moved(at, lineEnd(at)),
  'ctrl-a': (at) => moved(at, lineStart(at)),
  'ctrl-e': (at) => moved(at, lineEnd(at)),
  'alt-b': (at) => moved(at, wordStart(at)),
  'alt-f': (at) => moved(at, wordEnd(at)),
  'ctrl-left': (at) => moved(at, wordStart(at)),
  'ctrl-right': (at) => moved(at, wordEnd(at)),
  'alt-left': (at) => moved(at, wordStart(at)),
  'alt-right': (at) => moved(at, wordEnd(at)),
  backspace: (at) => without(at, before(at), at.cursor),
  'ctrl-h': (at) => without(at, before(at), at.cursor),
  delete: (at) => without(at, at.cursor, after(at)),
  'ctrl-d': (at) => without(at, at.cursor, after(at)),
  'ctrl-w': (at) => cut(at, wordStart(at), at.cursor),
  'alt-backspace': (at) => cut(at, wordStart(at), at.cursor),
  'alt-d': (at) => cut(at, at.cursor, wordEnd(at)),
  'ctrl-u': (at) => cut(at, lineStart(at), at.cursor),
  'ctrl-k': (at) => cut(at, at.cursor, lineEnd(at)),
  'ctrl-y': (at) => insert(at, at.cut),
  // Ctrl-J, and what terminals send for Alt-Enter.
  enter: (at) => insert(at, '\n'),
  'alt-return': (at) => insert(at, '\n'),
  'alt-enter': (at) => insert(at, '\n'),
}

function moved(composer: Composer, cursor: number): Composer {
  return { ...composer, cursor }
}

function without(composer: Composer, from: number, to: number): Composer {
  const { text } = composer
  return { ...composer, text: text.slice(0, from) + text.slice(to), cursor: from }
}

function cut(composer: Composer, from: number, to: number): Composer {
  if (from === to) return composer
  return { ...without(composer, from, to), cut: composer.text.slice(from, to) }
}

function before({ text, cursor }: Composer): number {
  // A character reaches back a few code units at most, and never over a line break.
  const start = Math.max(text.lastIndexOf('\n', cursor - 1), cursor - 64, 0)
  const last = charactersOf(text.slice(start, cursor)).at(-1) ?? ''
  return cursor - last.length
}

function after({ text, cursor }: Composer): number {
  return cursor + (charactersOf(text.slice(cursor, cursor + 64))[0] ?? '').length
}

function lineStart({ text, cursor }: Composer): number {
  return cursor === 0 ? 0 : text.lastIndexOf('\n', cursor - 1) + 1
}

function lineEnd({ text, cursor }: Composer): number {
  const end = text.indexOf('\n', cursor)
  return end < 0 ? text.length : end
}

function wordStart({ text, cursor }: Composer): number {
  return text.slice(0, cursor).search(/[^\s]*\s*$/u)
}

function wordEnd({ text, cursor }: Composer): number {
  return cursor + (/^\s*[^\s]*/u.exec(text.slice(cursor))?.[0].length ?? 0)
}
