import type { FileHandle } from 'node:fs/promises'

import { KeepupError } from '@keepup/core'

import { isBinary } from './binary-content.ts'
import { openFile } from './open-file.ts'
import type { ResolvedPath } from './resolve-path.ts'
import { type WholeFile, wholeFile } from './whole-file.ts'

/** Which lines are wanted. */
export interface TextRange {
  /** The first line, from 1. */
  readonly from: number | undefined
  readonly lines: number | undefined
}

/** A part of a file's text. */
export interface FileText {
  readonly text: string
  /** The first and the last line of it, from 1. */
  readonly from: number
  readonly to: number
  /** Whether the file goes on. */
  readonly more: boolean
  /** Of the file, in bytes. */
  readonly size: number
  /** Of the whole file, where it is small enough to be edited. */
  readonly whole?: WholeFile
  /** What a reader must be told of it. */
  readonly note?: string
}

/** @limit In bytes: a larger file is only read by range. */
const mostWhole = 10 * 1024 * 1024
/** @limit How many lines are given at once where the call does not say. */
const mostLines = 2_000
/** @limit In characters: how much text is given at once. */
const mostCharacters = 48_000
const blockSize = 64 * 1024
/** In bytes: a larger file is not edited, so that nobody asks whether it is still the same. */
const mostHashed = 50 * 1024 * 1024

/** Reads lines of a text file in bounded memory. Fails `tool-failed` where it is binary, or huge and no range was named. */
export async function readText(place: ResolvedPath, { from, lines }: TextRange): Promise<FileText> {
  const handle = await openFile(place)
  try {
    const { size } = await handle.stat()
    if (size > mostWhole && from === undefined && lines === undefined) throw huge(place, size)
    const source = { ...place, size }
    if (size > mostHashed) return await readPart(blocksOf(handle), source, { from, lines })
    const seen = wholeFile()
    const found = await readPart(
      watched(blocksOf(handle), (block) => seen.take(block)),
      source,
      { from, lines },
    )
    // What lies beyond the part is looked at too, so that a later change anywhere in the file is noticed.
    for await (const block of blocksOf(handle)) seen.take(block)
    return { ...found, whole: seen.finish() }
  } finally {
    await handle.close()
  }
}

/** What text is read from. */
export interface TextSource {
  /** Its name for the model. */
  readonly shown: string
  /** In bytes. */
  readonly size: number
}

/** Reads lines of a text that comes in pieces, in bounded memory. Fails `tool-failed` where it is binary. */
export async function readPart(
  blocks: AsyncIterable<Uint8Array>,
  source: TextSource,
  { from, lines }: TextRange,
): Promise<FileText> {
  const first = from ?? 1
  const found = await readLines(blocks, source, first, Math.min(lines ?? mostLines, mostLines))
  return describe(found.bytes, first, source.size, found.position < source.size)
}

async function readLines(
  blocks: AsyncIterable<Uint8Array>,
  source: TextSource,
  first: number,
  wanted: number,
): Promise<{ readonly bytes: Buffer; readonly position: number }> {
  const kept: Buffer[] = []
  let size = 0
  let line = 1
  let position = 0
  for await (const piece of blocks) {
    const block = Buffer.from(piece.buffer, piece.byteOffset, piece.length)
    if (position === 0 && isBinary(block)) throw binary(source)
    for (let start = 0; start < block.length;) {
      const lineBreak = block.indexOf('\n', start)
      const end = lineBreak === -1 ? block.length : lineBreak + 1
      if (line >= first) {
        kept.push(block.subarray(start, end))
        size += end - start
      }
      if (lineBreak !== -1) line++
      position += end - start
      start = end
      if (line >= first + wanted || size > mostCharacters * 4) return { bytes: Buffer.concat(kept), position }
    }
  }
  return { bytes: Buffer.concat(kept), position }
}

async function* watched(
  blocks: AsyncIterable<Buffer>,
  watch: (block: Buffer) => void,
): AsyncGenerator<Buffer> {
  for await (const block of blocks) {
    watch(block)
    yield block
  }
}

async function* blocksOf(handle: FileHandle): AsyncGenerator<Buffer> {
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(blockSize))
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

function describe(bytes: Buffer, from: number, size: number, unread: boolean): FileText {
  const whole = decode(bytes)
  const text = cut(whole)
  const to = from + countLines(text) - 1
  const more = unread || text.length < whole.length
  const notes: string[] = []
  if (whole.includes('\u{FFFD}') && !isUtf8(bytes))
    notes.push('Bytes that are no UTF-8 are shown as \u{FFFD}.')
  if (more && !text.endsWith('\n')) notes.push(`Line ${to} is too long to be shown whole.`)
  if (more) notes.push(`Lines ${from} to ${to}; the file goes on. Continue with offset ${to + 1}.`)
  const found = { text, from, to, more, size }
  return notes.length === 0 ? found : { ...found, note: notes.join(' ') }
}

/** Whole lines, as many as fit; the beginning of one where not even one does. */
function cut(text: string): string {
  if (text.length <= mostCharacters) return text
  const lineEnd = text.lastIndexOf('\n', mostCharacters - 1) + 1
  const end = lineEnd > 0 ? lineEnd : mostCharacters
  return text.slice(0, /[\uD800-\uDBFF]/.test(text[end - 1] ?? '') ? end - 1 : end)
}

function countLines(text: string): number {
  const breaks = text.split('\n').length - 1
  return text === '' || text.endsWith('\n') ? breaks : breaks + 1
}

function decode(bytes: Buffer): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(decode(bytes)).equals(bytes)
}

function huge({ shown }: ResolvedPath, size: number): KeepupError {
  return new KeepupError(
    'tool-failed',
    `"${shown}" is ${Math.round(size / 1024 / 1024)} MiB large. Name the lines you need with offset and limit, or look for them with grep or shell.`,
  )
}

function binary({ shown }: TextSource): KeepupError {
  return new KeepupError(
    'tool-failed',
    `"${shown}" is no text but binary (or UTF-16). Look at it with a program for its format, by the shell tool.`,
  )
}
