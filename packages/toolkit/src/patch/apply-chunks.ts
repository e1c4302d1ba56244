import { isUtf8 } from 'node:buffer'

import { type FileLine, type LineBreak, linesIn } from '../editing/file-lines.ts'
import { indentationChange } from '../editing/indentation-change.ts'
import type { Standing } from '../editing/seen-files.ts'
import { leastConfidence, type Strategy } from '../editing/strategy.ts'
import { nearestLines } from '../nearest-lines.ts'
import type { EditedPlace } from '../plan-edit.ts'
import { patchFailure } from './patch-failure.ts'
import type { PatchChunk } from './patch-section.ts'
import { seekLines } from './seek-lines.ts'

/** What a chunk came to. */
export interface AppliedChunk {
  readonly strategy: Strategy
  readonly confidence: number
  /** The file's line that its first line stands on, from 1. */
  readonly line: number
  /** Where its lines stand too, of which the first place was taken. */
  readonly alsoAt: readonly number[]
}

/** What the chunks make of a file. Lines of context stay as the file has them: no byte outside of the places changes. */
export interface AppliedChunks {
  readonly bytes: Buffer
  readonly places: readonly EditedPlace[]
  readonly chunks: readonly AppliedChunk[]
}

/** What chunks are applied to. */
export interface ChunkedFile {
  readonly shown: string
  readonly bytes: Buffer
  readonly standing: Exclude<Standing, 'stale'>
}

/** Lines of a file and what takes their place. */
interface Splice {
  readonly from: number
  readonly to: number
  readonly lines: readonly string[]
}

/** Applies the chunks of an update one after the other, each after the one before. Fails `tool-failed`, showing what stands nearest. */
export function applyChunks(file: ChunkedFile, chunks: readonly PatchChunk[]): AppliedChunks {
  // Bytes that are no UTF-8 are compared byte by byte.
  const encoding = isUtf8(file.bytes) ? 'utf8' : 'latin1'
  const text = file.bytes.toString(encoding)
  const lines = withoutEmptyEnd(linesIn(text, /\r?\n/g))
  const texts = lines.map((line) => line.text)
  const splices: Splice[] = []
  const applied: AppliedChunk[] = []
  let cursor = 0
  for (const chunk of chunks.map((one) => encoded(one, encoding))) {
    const found = applyChunk(file, texts, cursor, chunk)
    splices.push(...found.splices)
    applied.push(found.applied)
    cursor = found.cursor
  }
  return { ...spliced(text, lines, inOrder(splices), encoding), chunks: applied }
}

interface FoundChunk {
  readonly splices: readonly Splice[]
  readonly applied: AppliedChunk
  readonly cursor: number
}

function applyChunk(
  file: ChunkedFile,
  texts: readonly string[],
  cursor: number,
  chunk: PatchChunk,
): FoundChunk {
  let from = cursor
  for (const context of chunk.contexts) {
    const found = seek(file, texts, [context], { from, atEnd: false }, chunk)
    from = found.line + 1
  }
  const old = chunk.lines.filter(({ sign }) => sign !== '+').map(({ text }) => text)
  const atEnd = chunk.endOfFile
  const addsAt = chunk.contexts.length > 0 && !atEnd ? from : texts.length
  if (old.length === 0) return addedAt(chunk, addsAt, from)
  const shorter = withoutUnsigned(chunk)
  // An empty line at the end of a chunk may be one of the file, or only separate it from what follows.
  const whole =
    seekLines(texts, old, { from, atEnd }) === undefined && shorter !== undefined ? shorter : chunk
  const wanted = whole.lines.filter(({ sign }) => sign !== '+').map(({ text }) => text)
  if (wanted.length === 0) return addedAt(whole, addsAt, from)
  const { line, applied } = seek(file, texts, wanted, { from, atEnd }, chunk)
  const carry = carrying(file, wanted, texts.slice(line, line + wanted.length), applied, chunk)
  return { splices: splicesOf(whole, line, carry), applied, cursor: line + wanted.length }
}

function addedAt({ lines }: PatchChunk, place: number, cursor: number): FoundChunk {
  return {
    splices: [{ from: place, to: place, lines: lines.map(({ text }) => text) }],
    applied: { strategy: 'exact', confidence: 1, line: place + 1, alsoAt: [] },
    cursor,
  }
}

function seek(
  file: ChunkedFile,
  texts: readonly string[],
  wanted: readonly string[],
  where: { readonly from: number; readonly atEnd: boolean },
  chunk: PatchChunk,
): { readonly line: number; readonly applied: AppliedChunk } {
  const found = seekLines(texts, wanted, where)
  const line = found?.places[0]
  if (found === undefined || line === undefined) throw notFound(file, texts, wanted, where, chunk)
  const { strategy, confidence, takesFirst } = found.comparison
  const alsoAt = found.places.slice(1).map((place) => place + 1)
  if (alsoAt.length > 0 && !takesFirst) {
    const numbers = [line + 1, ...alsoAt].join(', ')
    throw patchFailure(
      `The chunk at line ${chunk.at} of the patch stands in ${file.shown} only but for ${strategy}, and several times: at lines ${numbers}. Copy its lines exactly, or name one before them with @@.`,
    )
  }
  if (strategy !== 'exact' && file.standing !== 'fresh') {
    throw patchFailure(
      `The chunk at line ${chunk.at} of the patch stands in ${file.shown} only but for ${strategy}, at line ${line + 1}. That is not enough for a file that was not read in this thread since the program started. Read it, then repeat the patch.`,
    )
  }
  return { line, applied: { strategy, confidence, line: line + 1, alsoAt } }
}

/** How the lines that are added become lines of this file. */
function carrying(
  file: ChunkedFile,
  wanted: readonly string[],
  found: readonly string[],
  { strategy, confidence, line }: AppliedChunk,
  chunk: PatchChunk,
): (text: string) => string {
  if (strategy !== 'indentation' && strategy !== 'look-alikes') return (text) => text
  const pairs = wanted.map((old, index) => ({ old, file: found[index] ?? '' }))
  const change = indentationChange(pairs)
  const same = pairs.every(
    ({ old, file: now }) => /^\s*/.exec(old)?.[0] === /^\s*/.exec(now)?.[0] || old.trim() === '',
  )
  const sure = confidence * (change?.confidence ?? (same ? 1 : 0))
  const refused = patchFailure(
    `The chunk at line ${chunk.at} of the patch stands in ${file.shown} at line ${line} only but for its indentation, and how its added lines are to be indented cannot be told. Copy its lines exactly.`,
  )
  if (sure < leastConfidence) throw refused
  return (text) => {
    const carried = change === undefined ? text : change.carry(text)
    if (carried === undefined) throw refused
    return carried
  }
}

function splicesOf({ lines }: PatchChunk, line: number, carry: (text: string) => string): readonly Splice[] {
  const splices: Splice[] = []
  let at = line
  let from = line
  let added: string[] = []
  for (const { sign, text } of lines) {
    if (sign === '+') added.push(carry(text))
    if (sign === '-') at++
    if (sign !== ' ') continue
    flush()
    at++
    from = at
  }
  flush()
  return splices

  function flush(): void {
    if (at > from || added.length > 0) splices.push({ from, to: at, lines: added })
    added = []
  }
}

/** In the order of the file, since lines may be added at its end first. Lines for one place are added together. */
function inOrder(splices: readonly Splice[]): readonly Splice[] {
  const ordered: Splice[] = []
  for (const splice of splices.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const last = ordered.at(-1)
    if (last?.from === splice.from && last.to === splice.from) {
      ordered.splice(-1, 1, { ...splice, lines: [...last.lines, ...splice.lines] })
    } else ordered.push(splice)
  }
  return ordered
}

function spliced(
  text: string,
  lines: readonly FileLine[],
  splices: readonly Splice[],
  encoding: 'utf8' | 'latin1',
): Pick<AppliedChunks, 'bytes' | 'places'> {
  const pieces: string[] = []
  const places: EditedPlace[] = []
  let position = 0
  let bytes = 0
  for (const splice of splices) {
    const start = lines[splice.from]?.start ?? text.length
    const end = lines[splice.to]?.start ?? text.length
    const kept = text.slice(position, start)
    const now = textOf(lines, splice)
    const begin = bytes + Buffer.byteLength(kept, encoding)
    const finish = begin + Buffer.byteLength(text.slice(start, end), encoding)
    pieces.push(kept, now)
    places.push({
      line: splice.from + 1,
      start: begin,
      end: finish,
      length: Buffer.byteLength(now, encoding),
    })
    position = end
    bytes = finish
  }
  pieces.push(text.slice(position))
  return { bytes: Buffer.from(pieces.join(''), encoding), places }
}

/** The added lines with the line breaks of those that they replace, or of their neighbours. A last line that has none gets one before what follows it. */
function textOf(lines: readonly FileLine[], { from, to, lines: added }: Splice): string {
  const before = lines[from - 1]
  const open = before !== undefined && before.lineBreak === '' && added.length > 0
  const usual = usualBreak(lines, from)
  const ended = added.map((line, index) => {
    const replaced = from + index < to ? lines[from + index]?.lineBreak : undefined
    return line + (replaced === undefined || replaced === '' ? usual : replaced)
  })
  return (open ? usual : '') + ended.join('')
}

function usualBreak(lines: readonly FileLine[], at: number): LineBreak {
  const near = [lines[at], lines[at - 1], lines[at + 1]].find((line) => (line?.lineBreak ?? '') !== '')
  return near?.lineBreak ?? lines.find(({ lineBreak }) => lineBreak !== '')?.lineBreak ?? '\n'
}

function withoutEmptyEnd(lines: readonly FileLine[]): readonly FileLine[] {
  return lines.at(-1)?.text === '' ? lines.slice(0, -1) : lines
}

function withoutUnsigned(chunk: PatchChunk): PatchChunk | undefined {
  return chunk.unsigned === 0
    ? undefined
    : { ...chunk, unsigned: 0, lines: chunk.lines.slice(0, chunk.lines.length - chunk.unsigned) }
}

function encoded(chunk: PatchChunk, encoding: 'utf8' | 'latin1'): PatchChunk {
  if (encoding === 'utf8') return chunk
  return {
    ...chunk,
    contexts: chunk.contexts.map(bytewise),
    lines: chunk.lines.map(({ sign, text }) => ({ sign, text: bytewise(text) })),
  }
}

function bytewise(text: string): string {
  return Buffer.from(text).toString('latin1')
}

function notFound(
  { shown, bytes }: ChunkedFile,
  texts: readonly string[],
  wanted: readonly string[],
  { from, atEnd }: { readonly from: number; readonly atEnd: boolean },
  { at }: PatchChunk,
): Error {
  const elsewhere = seekLines(texts, wanted, { from: 0, atEnd: false })?.places[0]
  if (elsewhere !== undefined) {
    const why =
      atEnd && elsewhere >= from
        ? 'not at the end of the file'
        : `before line ${from + 1}, where the chunk before it ends. Chunks come in the order of the file`
    return patchFailure(
      `The chunk at line ${at} of the patch stands in ${shown} at line ${elsewhere + 1}, ${why}.`,
    )
  }
  const near = nearestLines(bytes.toString('utf8'), wanted.join('\n')).map(
    ({ number, text }) => `${number}\t${text}`,
  )
  const hint =
    near.length === 0
      ? 'No line resembles its first one. Read the file again.'
      : `Lines most like its first one:\n${near.join('\n')}\nCopy its lines exactly, white space included.`
  return patchFailure(
    `The lines of the chunk at line ${at} of the patch do not stand in ${shown} one after the other. ${hint}`,
  )
}
