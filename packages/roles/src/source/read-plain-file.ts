import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

import { type Hash, KeepupError } from '@keepup/core'

import { isInside } from './find-files.ts'
import { fileFault } from './source-fault.ts'

/** @limit In bytes: a larger file is nothing that a person wrote. */
const longestFile = 1_000_000

/** A file as it was read. */
export interface PlainFile {
  readonly path: string
  readonly text: string
  /** SHA-256 of its bytes. */
  readonly hash: Hash
}

/**
 * Reads a file that was found, not named, and may be a stranger's. Pipes, devices, links that lead out of `within`, what is larger than 1 MB and what is no
 * UTF-8 are refused; nothing is waited for.
 *
 * @throws KeepupError `configuration-invalid`, naming the file
 */
export function readPlainFile(path: string, within: string): PlainFile {
  if (!isInside(within, path)) {
    throw fileFault(path, `leads out of ${within}`, 'put the file itself there instead of a link')
  }
  try {
    return { path, ...readBounded(path) }
  } catch (error) {
    if (KeepupError.is(error)) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw fileFault(path, `cannot be read (${code})`, 'make it a readable text in UTF-8', error)
  }
}

function readBounded(path: string): Omit<PlainFile, 'path'> {
  // Without this flag the opening itself waits for whoever writes to a pipe.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    if (!fstatSync(file).isFile()) {
      throw fileFault(path, 'is no plain file', 'put a text file there, or remove it')
    }
    const bytes = readAtMost(file, longestFile + 1)
    if (bytes.length > longestFile) {
      throw fileFault(path, `is larger than ${longestFile / 1_000_000} MB`, 'shorten it, or move it away')
    }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return { text, hash: createHash('sha256').update(bytes).digest('hex') }
  } finally {
    closeSync(file)
  }
}

/** Reads what is there, whatever size was told: a file may grow under our eyes. */
function readAtMost(file: number, most: number): Uint8Array {
  const buffer = new Uint8Array(most)
  let length = 0
  while (length < most) {
    const read = readSync(file, buffer, length, most - length, null)
    if (read === 0) break
    length += read
  }
  return buffer.subarray(0, length)
}
