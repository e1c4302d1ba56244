import { NotRepairable } from './not-repairable.ts'
import type { Reading } from './reading.ts'

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '/': '/',
  '\\': '\\',
  '"': '"',
  "'": "'",
}

/** Reads a string in single or double quotes, in which line breaks and tabs may stand as they are. Throws where it does not end. */
export function readRepairedString(reading: Reading): string {
  const { text } = reading
  const quote = text[reading.position]
  let result = ''
  let start = ++reading.position
  for (;;) {
    const character = text[reading.position]
    if (character === undefined) throw new NotRepairable()
    if (character !== quote && character !== '\\') {
      reading.position++
      continue
    }
    result += text.slice(start, reading.position)
    reading.position++
    if (character === quote) return result
    result += readEscape(reading)
    start = reading.position
  }
}

function readEscape(reading: Reading): string {
  const character = reading.text[reading.position++] ?? ''
  if (Object.hasOwn(escapes, character)) return escapes[character] ?? ''
  if (character !== 'u') throw new NotRepairable()
  const digits = reading.text.slice(reading.position, reading.position + 4)
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new NotRepairable()
  reading.position += 4
  return String.fromCharCode(Number.parseInt(digits, 16))
}
