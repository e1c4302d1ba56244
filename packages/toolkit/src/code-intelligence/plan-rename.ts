import { KeepupError } from '@keepup/core'

import { pathOf, uriOf } from './file-uri.ts'
import { checkOffered, type NamePlace, navigateWith, placeOf } from './navigate.ts'
import { listOf, type Position, type Range, readRange, recordOf } from './read-answer.ts'
import type { Answered, ServerPool } from './server-pool.ts'
import type { Patience } from './server-session.ts'

/** A piece of text to put in place of another. */
export interface TextEdit {
  readonly range: Range
  readonly text: string
}

/** What is to be done to one file. */
export interface FileEdits {
  /** Absolute. */
  readonly path: string
  readonly edits: readonly TextEdit[]
}

/** What renaming a name would change, without changing it. */
export async function planRename(
  pool: ServerPool,
  { place, newName }: { readonly place: NamePlace; readonly newName: string },
  patience: Patience,
): Promise<readonly Answered<readonly FileEdits[]>[]> {
  const position = await placeOf(place)
  return navigateWith(pool, place.path, patience, async (session) => {
    checkOffered(session, 'renameProvider')
    const question = { textDocument: { uri: uriOf(place.path) }, position, newName }
    return readWorkspaceEdit(await session.request('textDocument/rename', question, patience))
  })
}

/** Fails `tool-failed` where it is more than edits of texts: files that are made, moved or removed, or what is not understood. */
function readWorkspaceEdit(value: unknown): readonly FileEdits[] {
  const { changes, documentChanges } = recordOf(value)
  const listed = listOf(documentChanges).map((change) => {
    const { kind, textDocument, edits } = recordOf(change)
    if (kind !== undefined) throw tooMuch('to make, move or remove a file')
    return readFileEdits(recordOf(textDocument)['uri'], edits)
  })
  const mapped = Object.entries(recordOf(changes)).map(([uri, edits]) => readFileEdits(uri, edits))
  // A server that gives both means the same by them.
  const all = listed.length > 0 ? listed : mapped
  const byPath = Map.groupBy(all, ({ path }) => path)
  return [...byPath].map(([path, parts]) => ({ path, edits: parts.flatMap(({ edits }) => edits) }))
}

function readFileEdits(uri: unknown, edits: unknown): FileEdits {
  const path = pathOf(uri)
  if (path === undefined) throw tooMuch('to change what is no file')
  return {
    path,
    edits: listOf(edits).map((edit) => {
      const { range, newText } = recordOf(edit)
      const stretch = readRange(range)
      if (stretch === undefined || typeof newText !== 'string') throw tooMuch('for an edit that is none')
      return { range: stretch, text: newText }
    }),
  }
}

function tooMuch(wish: string): KeepupError {
  return new KeepupError(
    'tool-failed',
    `The language server asks ${wish}, which this tool does not do. Nothing was changed.`,
  )
}

/** A text with edits done. Fails `tool-failed` where they overlap or lie outside of it: the server spoke of another text. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const starts = lineStarts(text)
  const placed = edits
    .map((edit) => ({
      from: offsetOf(text, starts, edit.range.start),
      to: offsetOf(text, starts, edit.range.end),
      text: edit.text,
    }))
    .toSorted((a, b) => a.from - b.from)
  const parts: string[] = []
  let at = 0
  for (const { from, to, text: replacement } of placed) {
    if (from < at || to < from) throw outside()
    parts.push(text.slice(at, from), replacement)
    at = to
  }
  return [...parts, text.slice(at)].join('')
}

function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map(({ index, 0: end }) => index + end.length)]
}

function offsetOf(text: string, starts: readonly number[], { line, character }: Position): number {
  const start = starts[line]
  const end = starts[line + 1] ?? text.length
  if (start === undefined || start + character > end) throw outside()
  return start + character
}

function outside(): KeepupError {
  return new KeepupError(
    'tool-failed',
    'The edits of the language server do not fit the file, which must have changed meanwhile. Nothing was changed. Try again.',
  )
}
