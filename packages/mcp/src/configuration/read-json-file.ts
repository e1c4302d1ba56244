import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'

import { getNodeValue, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'

import type { ConfigurationProblem } from './problem.ts'

/** What a file of JSON holds. */
export type JsonFile =
  | { readonly type: 'absent' }
  | { readonly type: 'read'; readonly value: unknown; readonly text: string }
  | { readonly type: 'unreadable'; readonly problem: ConfigurationProblem }

/** @limit In bytes: a larger file is not read. Claude Code keeps much else in its own. */
const largestFile = 64 * 1024 * 1024

/**
 * Reads JSON with comments and trailing commas. Every name in the value is an own property, also `__proto__`. Never throws, and never waits for a pipe.
 */
export function readJsonFile(file: string): JsonFile {
  let text: string
  try {
    text = readPlain(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return { type: 'absent' }
    const message = error instanceof NotPlain ? error.message : `it cannot be read (${code})`
    return unreadable(file, message, 'Make it a file that you may read, or move it away')
  }
  return parsed(file, text)
}

/** Most files are plain JSON, which is read a hundred times as fast. */
function parsed(file: string, text: string): JsonFile {
  try {
    return { type: 'read', value: JSON.parse(text), text }
  } catch {
    return parsedWithComments(file, text)
  }
}

function parsedWithComments(file: string, text: string): JsonFile {
  const errors: ParseError[] = []
  try {
    const tree = parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true })
    const [first] = errors
    if (tree !== undefined && first === undefined) return { type: 'read', value: getNodeValue(tree), text }
    const what =
      first === undefined
        ? 'it is empty'
        : `it is not JSON: ${printParseErrorCode(first.error)} at ${position(text, first.offset)}`
    return unreadable(file, what, 'Correct that place')
  } catch {
    // The parser calls itself for each level.
    return unreadable(file, 'it is nested too deeply', 'Correct it, or move it away')
  }
}

class NotPlain extends Error {}

/** A pipe would be waited for, and a device has no end. */
function readPlain(file: string): string {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) throw new NotPlain('it is no plain file')
    if (stat.size > largestFile) throw new NotPlain(`it has more than ${largestFile} bytes`)
    return readFileSync(descriptor, 'utf8')
  } finally {
    closeSync(descriptor)
  }
}

function unreadable(file: string, message: string, fix: string): JsonFile {
  return { type: 'unreadable', problem: { severity: 'error', file, message, fix } }
}

function position(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n')
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
}
