import { type Call, type Reading, touch, touchAnything } from './call.ts'
import { doubt, refuse } from './findings.ts'

const unaryFile = /^-[abcdefghkprstuwxLOGSN]$/
const unaryText = /^-[nz]$/
const binaryText = /^(=|==|!=|<|>)$/
const binaryNumber = /^-(eq|ne|lt|le|gt|ge)$/
const binaryFile = /^-(nt|ot|ef)$/
const joining = /^([!()]|-a|-o)$/

/** `test` and `[`: files, texts and whole numbers are compared; nothing is evaluated. */
export function examineTest(call: Call, reading: Reading): void {
  const bracket = call.name === '['
  if (bracket && call.words.at(-1) !== ']') doubt(reading, 'test', '[ without its ]')
  const end = bracket ? call.words.length - 1 : call.words.length
  let at = 0
  while (at < end) at = examinePart(call, at, end, reading)
}

function examinePart(call: Call, at: number, end: number, reading: Reading): number {
  const word = call.words[at]
  const next = at + 2 < end ? call.words[at + 1] : undefined
  if (next !== undefined && isComparison(next)) {
    examineComparison(call, at, next, reading)
    return at + 3
  }
  if (word !== undefined && joining.test(word)) return at + 1
  if (word !== undefined && at + 1 < end && isUnary(word)) {
    if (unaryFile.test(word)) touch(reading, call.state, 'read', call.words[at + 1])
    else examineTestText(call, at + 1, reading)
    return at + 2
  }
  if (word?.startsWith('-') === true) doubt(reading, 'test', `a test with ${word} is not one that is read`)
  examineTestText(call, at, reading)
  return at + 1
}

function isUnary(word: string): boolean {
  return unaryFile.test(word) || unaryText.test(word)
}

function isComparison(word: string): boolean {
  return binaryText.test(word) || binaryNumber.test(word) || binaryFile.test(word)
}

function examineComparison(call: Call, at: number, operator: string, reading: Reading): void {
  // An order tells the value of a variable piece by piece.
  if (/^[<>]$/.test(operator) && (call.words[at] === undefined || call.words[at + 2] === undefined))
    refuse(reading, 'test', 'an order tells what a variable holds')
  for (const index of [at, at + 2]) {
    const word = call.words[index]
    if (binaryFile.test(operator)) touch(reading, call.state, 'read', word)
    else if (binaryNumber.test(operator)) examineNumber(call, index, reading)
    else examineTestText(call, index, reading)
  }
}

/** Numbers are written out, or `$?`: a shell may evaluate anything else. */
export function examineNumber(call: Call, index: number, reading: Reading): void {
  const word = call.words[index]
  const known =
    word !== undefined
      ? /^-?\d{1,15}$/.test(word)
      : call.unknown.get(index)?.every((name) => /^[?#]$/.test(name))
  if (known !== true) {
    doubt(reading, 'arithmetic', 'a comparison of numbers that are not written out')
    touchAnything(reading)
  }
}

/** A text in a test: written out, or variables in quotes. */
export function examineTestText(call: Call, index: number, reading: Reading): void {
  if (call.words[index] !== undefined) return
  const names = call.unknown.get(index)
  if (names === undefined || !names.every((name) => /^\w+$|^[?#]$/.test(name)))
    doubt(reading, 'dynamic', 'what is tested cannot be known before it runs')
}
