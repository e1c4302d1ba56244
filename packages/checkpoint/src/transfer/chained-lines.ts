import { hash } from 'node:crypto'

import { type Hash, KeepupError } from '@keepup/core'

import { splitLines } from './split-lines.ts'

/** One line of an export, read. */
export interface ChainedLine {
  /** From 1. */
  readonly number: number
  readonly record: Readonly<Record<string, unknown>>
}

/** What the first line follows: SHA-256 of the UTF-8 text `keepup-export 1`. */
const start: Hash = hash('sha256', 'keepup-export 1')
const tail = /,"chain":"([0-9a-f]{64})"\}$/

/**
 * Turns records into lines of JSON, each ending with `"chain"`: SHA-256 of the chain before it, LF, and the line as it would be without `chain`.
 * So a reader knows at each line that nothing before it was changed, taken out or put in.
 */
export function createLineChain(): (record: object) => string {
  let chain = start
  return (record) => {
    const text = JSON.stringify(record)
    chain = hash('sha256', `${chain}\n${text}`)
    return `${text.slice(0, -1)},"chain":"${chain}"}\n`
  }
}

/** Reads what {@link createLineChain} wrote, one line at a time. Fails `thread-damaged` at the first line that was changed. */
export async function* readChainedLines(
  source: AsyncIterable<string | Uint8Array>,
): AsyncGenerator<ChainedLine> {
  let chain = start
  let number = 0
  for await (const line of splitLines(source)) {
    number += 1
    const found = tail.exec(line)
    if (found === null) throw damagedLine(number, 'it is cut, or no line of an export')
    const text = `${line.slice(0, found.index)}}`
    chain = hash('sha256', `${chain}\n${text}`)
    if (found[1] !== chain) throw damagedLine(number, 'it was changed, or the line before it is missing')
    yield { number, record: parse(text, number) }
  }
}

/** The error for an export that cannot be trusted from a line on. */
export function damagedLine(line: number, why: string, cause?: unknown): KeepupError {
  const message =
    `Line ${line} of the export is damaged: ${why}. What its earlier lines hold can be kept; ` +
    'export again, and import that over it: what is there already is skipped.'
  return new KeepupError('thread-damaged', message, { cause, details: { line } })
}

function parse(text: string, number: number): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    // An object, as its text begins with a brace where its chain was found; what it holds is checked by whoever reads it.
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch (cause) {
    throw damagedLine(number, 'it is no JSON', cause)
  }
  throw damagedLine(number, 'it is no object')
}
