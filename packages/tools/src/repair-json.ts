import type { JsonValue } from '@keepup/core'

import { NotRepairable } from './not-repairable.ts'
import { readRepairedString } from './read-repaired-string.ts'
import type { Reading } from './reading.ts'

/** How deep a value may be nested. */
const deepest = 200
const words: Readonly<Record<string, JsonValue>> = {
  true: true,
  false: false,
  null: null,
  True: true,
  False: false,
  None: null,
}

/**
 * The value of a text that is nearly JSON, or `undefined`. Forgives what models slip into: a code fence around it, single quotes, bare
 * keys, line breaks in strings, trailing commas, Python's words, closing brackets that are missing at the end. Does not forgive a string
 * or a number that the end of the text cuts: what is missing there is not known, and half a file must not be written.
 */
export function repairJson(text: string): JsonValue | undefined {
  const reading = { text: withoutFence(text), position: 0 }
  try {
    const value = readValue(reading, 0)
    return reading.position === reading.text.length ? value : undefined
  } catch (error) {
    if (error instanceof NotRepairable) return undefined
    throw error
  }
}

function withoutFence(text: string): string {
  const trimmed = text.trim()
  const fenced = /^```[a-zA-Z]*\s*\n([\s\S]*?)\n?\s*```$/.exec(trimmed)
  return (fenced?.[1] ?? trimmed).trim()
}

function readValue(reading: Reading, depth: number): JsonValue {
  if (depth > deepest) throw new NotRepairable()
  skipSpace(reading)
  const first = reading.text[reading.position]
  if (first === '{') return readObject(reading, depth)
  if (first === '[') return readArray(reading, depth)
  if (first === '"' || first === "'") return readRepairedString(reading)
  return readWord(reading)
}

function readObject(reading: Reading, depth: number): JsonValue {
  const members: [string, JsonValue][] = []
  reading.position++
  while (!closes(reading, '}')) {
    const key = readKey(reading)
    skipSpace(reading)
    if (reading.text[reading.position++] !== ':') throw new NotRepairable()
    members.push([key, readValue(reading, depth + 1)])
    separate(reading, '}')
  }
  return Object.fromEntries(members)
}

function readArray(reading: Reading, depth: number): JsonValue {
  const items: JsonValue[] = []
  reading.position++
  while (!closes(reading, ']')) {
    items.push(readValue(reading, depth + 1))
    separate(reading, ']')
  }
  return items
}

function readKey(reading: Reading): string {
  const first = reading.text[reading.position]
  if (first === '"' || first === "'") return readRepairedString(reading)
  return take(reading, /[A-Za-z_$][\w$-]*/y)
}

function readWord(reading: Reading): JsonValue {
  const word = take(reading, /[A-Za-z]+|-?\d+(\.\d+)?([eE][+-]?\d+)?/y)
  if (Object.hasOwn(words, word)) return words[word] ?? null
  if (/[A-Za-z]/.test(word[0] ?? '')) throw new NotRepairable()
  // At the very end of the text, more digits may have followed.
  if (reading.position === reading.text.length) throw new NotRepairable()
  return Number(word)
}

function take(reading: Reading, pattern: RegExp): string {
  pattern.lastIndex = reading.position
  const found = pattern.exec(reading.text)?.[0]
  if (found === undefined) throw new NotRepairable()
  reading.position += found.length
  return found
}

/** Whether a list ends here: at its bracket, or because the text does. */
function closes(reading: Reading, bracket: string): boolean {
  skipSpace(reading)
  if (reading.position === reading.text.length) return true
  if (reading.text[reading.position] !== bracket) return false
  reading.position++
  return true
}

/** Steps over the comma between two members. It may only be missing before the end. */
function separate(reading: Reading, bracket: string): void {
  skipSpace(reading)
  const next = reading.text[reading.position]
  if (next === ',') reading.position++
  else if (next !== bracket && next !== undefined) throw new NotRepairable()
}

function skipSpace(reading: Reading): void {
  const space = /\s*/y
  space.lastIndex = reading.position
  reading.position += space.exec(reading.text)?.[0].length ?? 0
}
