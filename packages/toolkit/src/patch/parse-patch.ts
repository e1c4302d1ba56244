import { KeepupError } from '@keepup/core'

import type { PatchChunk, PatchLine, PatchSection } from './patch-section.ts'

/**
 * Reads a patch in the format of Codex: `*** Begin Patch`, then sections `*** Add File:`, `*** Delete File:`, `*** Update File:` with an optional
 * `*** Move to:`, then `*** End Patch`. White space around markers, a here-document around the patch and ranges after `@@` as of a unified diff are
 * overlooked. Fails `tool-input-invalid`, naming the line.
 */
export function parsePatch(patch: string): readonly PatchSection[] {
  const reader = createReader(bodyOf(patch))
  const sections: PatchSection[] = []
  for (reader.skipBlank(); reader.line() !== undefined; reader.skipBlank()) sections.push(readSection(reader))
  if (sections.length === 0)
    throw invalid(1, 'it changes no file. Add a section such as "*** Update File: path"')
  return sections
}

interface Numbered {
  readonly lines: readonly string[]
  /** Where the first of them stands in the patch, from 1. */
  readonly first: number
}

interface Reader {
  /** The line that comes next; `undefined` at the end. */
  line(): string | undefined
  next(): void
  /** From 1. */
  number(): number
  skipBlank(): void
}

function bodyOf(patch: string): Numbered {
  const { lines, first } = withoutHereDocument(withoutBlankEnds(patch.split(/\r?\n/)))
  if (lines[0]?.trim() !== '*** Begin Patch') throw invalid(first, 'the first line must be "*** Begin Patch"')
  if (lines.length < 2 || lines.at(-1)?.trim() !== '*** End Patch')
    throw invalid(first + lines.length - 1, 'the last line must be "*** End Patch"')
  return { lines: lines.slice(1, -1), first: first + 1 }
}

function withoutBlankEnds(lines: readonly string[]): Numbered {
  const first = lines.findIndex((line) => line.trim() !== '')
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return { lines: lines.slice(Math.max(0, first), last + 1), first: Math.max(0, first) + 1 }
}

/** Models trained on shells wrap the patch as a command would be. */
function withoutHereDocument({ lines, first }: Numbered): Numbered {
  const [, name] = /^<<-?\s*['"]?(\w+)['"]?$/.exec(lines[0]?.trim() ?? '') ?? []
  if (name === undefined || lines.at(-1)?.trim() !== name) return { lines, first }
  return { lines: lines.slice(1, -1), first: first + 1 }
}

function createReader({ lines, first }: Numbered): Reader {
  let at = 0
  return {
    line: () => lines[at],
    next: () => void at++,
    number: () => first + at,
    skipBlank() {
      while (at < lines.length && lines[at]?.trim() === '') at++
    },
  }
}

function readSection(reader: Reader): PatchSection {
  const header = reader.line()?.trim() ?? ''
  const at = reader.number()
  const [, kind, path = ''] = /^\*\*\* (Add|Delete|Update) File:(.*)$/.exec(header) ?? []
  if (kind === undefined)
    throw invalid(
      at,
      `"${header.slice(0, 100)}" is no header. Write "*** Add File: path", "*** Delete File: path" or "*** Update File: path"`,
    )
  if (path.trim() === '') throw invalid(at, 'the header names no file')
  reader.next()
  if (kind === 'Delete') return { type: 'delete', path: path.trim() }
  return kind === 'Add' ? readAdded(reader, path.trim()) : readUpdated(reader, path.trim(), at)
}

function readAdded(reader: Reader, path: string): PatchSection {
  const lines: string[] = []
  for (let line = reader.line(); line?.startsWith('+') === true; line = reader.line()) {
    lines.push(`${line.slice(1)}\n`)
    reader.next()
  }
  const at = reader.number()
  reader.skipBlank()
  const after = reader.line()
  // An empty line among the content that has no sign would be lost without a word.
  if (after !== undefined && !after.trim().startsWith('*** '))
    throw invalid(at, 'every line of a file that is added begins with "+"; an empty one is "+" alone')
  return { type: 'add', path, content: lines.join('') }
}

function readUpdated(reader: Reader, path: string, at: number): PatchSection {
  const [, moveTo] = /^\*\*\* Move to:(.*)$/.exec(reader.line()?.trim() ?? '') ?? []
  if (moveTo !== undefined) {
    if (moveTo.trim() === '') throw invalid(reader.number(), '"*** Move to:" names no file')
    reader.next()
  }
  const chunks: PatchChunk[] = []
  for (reader.skipBlank(); !endsUpdate(reader.line()); reader.skipBlank()) {
    chunks.push(readChunk(reader, chunks.length === 0))
  }
  if (chunks.length === 0 && moveTo === undefined) throw invalid(at, `the update of ${path} changes nothing`)
  return { type: 'update', path, chunks, ...(moveTo === undefined ? {} : { moveTo: moveTo.trim() }) }
}

/** Whether the chunks of an update are over. White space before the marker is overlooked, but a line of context has its own. */
function endsUpdate(line: string | undefined): boolean {
  return line === undefined || /^\s*\*\*\* (Add|Delete|Update) File:/.test(line) || line.startsWith('*** ')
}

function readChunk(reader: Reader, isFirst: boolean): PatchChunk {
  const at = reader.number()
  const contexts = readContexts(reader)
  if (contexts === undefined && !isFirst)
    throw invalid(
      at,
      `a chunk begins with "@@", and each of its lines with " ", "-" or "+", not "${reader.line()?.slice(0, 60) ?? ''}"`,
    )
  const lines: PatchLine[] = []
  let unsigned = 0
  for (let line = reader.line(); line !== undefined; line = reader.line()) {
    const read = readLine(line)
    if (read === undefined) break
    unsigned = line === '' ? unsigned + 1 : 0
    lines.push(read)
    reader.next()
  }
  if (lines.length === 0)
    throw invalid(reader.number(), `a chunk has no lines here. Each begins with " ", "-" or "+"`)
  const endOfFile = reader.line()?.trim() === '*** End of File'
  if (endOfFile) reader.next()
  return { contexts: contexts ?? [], lines, endOfFile, unsigned, at }
}

function readContexts(reader: Reader): readonly string[] | undefined {
  let contexts: string[] | undefined
  for (let line = reader.line(); line === '@@' || line?.startsWith('@@ ') === true; line = reader.line()) {
    contexts ??= []
    const text = line.slice(3)
    // Line numbers as of a unified diff say nothing that the lines themselves do not.
    if (text.trim() !== '' && !/^-\d+(,\d+)? \+\d+(,\d+)? @@/.test(text)) contexts.push(text)
    reader.next()
  }
  return contexts
}

function readLine(line: string): PatchLine | undefined {
  if (line === '') return { sign: ' ', text: '' }
  // Markers may be indented, which lines of context that look like them are too: the marker is what was meant.
  if (/^\s+\*\*\* (?:(?:Add|Delete|Update) File:|End of File$)/.test(line)) return undefined
  const [sign] = line
  return sign === ' ' || sign === '-' || sign === '+' ? { sign, text: line.slice(1) } : undefined
}

function invalid(line: number, fault: string): KeepupError {
  return new KeepupError(
    'tool-input-invalid',
    `The patch cannot be read. Line ${line}: ${fault}. Nothing was done.`,
  )
}
