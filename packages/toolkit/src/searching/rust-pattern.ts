/**
 * A pattern for ripgrep (Rust's regex syntax) that matches every line that a JavaScript expression matches, and perhaps more: word boundaries are left out,
 * since the two differ in what a word is. `undefined` where it has none: look-around, back references, properties, line breaks.
 */
export function rustPattern(expression: RegExp): string | undefined {
  if (!expression.unicode) return undefined
  const reader: Reader = { symbols: Array.from(expression.source), at: 0 }
  const pieces: string[] = []
  while (reader.at < reader.symbols.length) {
    const piece = nextPiece(reader)
    if (piece === undefined || (piece === '^' && !begins(pieces.at(-1)))) return undefined
    pieces.push(piece)
  }
  return pieces.join('')
}

interface Reader {
  readonly symbols: readonly string[]
  at: number
}

/** What JavaScript sees of bytes that are no UTF-8: one or more replacement characters. */
const brokenBytes = String.raw`(?-u:[\x80-\xff]){1,3}`
const digits = '0-9'
const wordSigns = String.raw`0-9A-Za-z_\x{17f}\x{212a}`
const spaces = String.raw`\t\x0b\x0c\r \x{a0}\x{feff}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}`
const anySign = anyBut(String.raw`\r\x{2028}\x{2029}`)

const classes: Readonly<Record<string, string>> = {
  d: `[${digits}]`,
  D: anyBut(digits),
  w: `[${wordSigns}]`,
  // Whether these two letters are of words depends on the case being ignored.
  W: anyBut('0-9A-Za-z_'),
  s: `[${spaces}]`,
  S: anyBut(spaces),
  b: '(?:)',
  B: '(?:)',
}
const controls: Readonly<Record<string, string>> = {
  t: String.raw`\t`,
  r: String.raw`\r`,
  f: String.raw`\x0c`,
  v: String.raw`\x0b`,
}
const members: Readonly<Record<string, string>> = {
  d: digits,
  D: `[^${digits}]`,
  w: wordSigns,
  W: '[^0-9A-Za-z_]',
  s: spaces,
  S: `[^${spaces}]`,
  b: String.raw`\x08`,
}

function anyBut(listed: string): string {
  return `(?:[^${listed}\\n]|${brokenBytes})`
}

function nextPiece(reader: Reader): string | undefined {
  const symbol = take(reader)
  if (symbol === '\\') return escaped(reader, classes)
  if (symbol === '[') return characterClass(reader)
  if (symbol === '(') return group(reader)
  if (symbol === '.') return anySign
  if (symbol === '{') return quantifier(reader)
  // A carriage return before the line break is none of the line.
  if (symbol === '$') return ends(reader.symbols[reader.at]) ? String.raw`(?:\r?$)` : undefined
  return '^*+?|)'.includes(symbol) ? symbol : literal(symbol)
}

/** Whether a line can begin after a piece; in odder places ripgrep's idea of a line shows. */
function begins(before: string | undefined): boolean {
  return before === undefined || before === '(?:' || before === '|'
}

/** Whether a line can end before a symbol. */
function ends(next: string | undefined): boolean {
  return next === undefined || next === ')' || next === '|'
}

function take(reader: Reader): string {
  return reader.symbols[reader.at++] ?? ''
}

function quantifier(reader: Reader): string {
  let text = '{'
  for (let symbol = take(reader); symbol !== '' && symbol !== '}'; symbol = take(reader)) text += symbol
  return `${text}}`
}

function group(reader: Reader): string | undefined {
  if (reader.symbols[reader.at] !== '?') return '(?:'
  const opening = reader.symbols.slice(reader.at, reader.at + 3).join('')
  if (opening.startsWith('?:')) {
    reader.at += 2
    return '(?:'
  }
  // A name. Anything else looks around or changes how is matched.
  if (!/^\?<[^=!]/u.test(opening)) return undefined
  while (take(reader) !== '>') if (reader.at >= reader.symbols.length) return undefined
  return '(?:'
}

function escaped(reader: Reader, known: Readonly<Record<string, string>>): string | undefined {
  const symbol = take(reader)
  const meant = known[symbol] ?? controls[symbol]
  if (meant !== undefined) return meant
  if (symbol === 'x' || symbol === 'u') return codePoint(reader, symbol)
  return /[A-Za-z0-9]/.test(symbol) ? undefined : literal(symbol)
}

function codePoint(reader: Reader, kind: 'x' | 'u'): string | undefined {
  const rest = reader.symbols.slice(reader.at, reader.at + 10).join('')
  const found = (kind === 'x' ? /^([0-9A-Fa-f]{2})/ : /^(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{4}))/).exec(rest)
  if (found === null) return undefined
  reader.at += found[0].length
  return literal(String.fromCodePoint(Number.parseInt(found[1] ?? found[2] ?? '', 16)))
}

/** A character that stands for itself. None that a line or a valid text cannot hold, nor the one that stands for broken bytes. */
function literal(symbol: string): string | undefined {
  const code = symbol.codePointAt(0) ?? 0
  if (code === 0 || code === 0x0a || code === 0xfffd || (code >= 0xd800 && code <= 0xdfff)) return undefined
  return /[A-Za-z0-9]/.test(symbol) ? symbol : `\\x{${code.toString(16)}}`
}

function characterClass(reader: Reader): string | undefined {
  const negated = reader.symbols[reader.at] === '^'
  if (negated) reader.at++
  let listed = ''
  let isRange = false
  for (let symbol = take(reader); symbol !== ']'; symbol = take(reader)) {
    if (symbol === '') return undefined
    const next = reader.symbols[reader.at]
    if (symbol === '-' && listed !== '' && next !== ']' && !isRange) {
      listed += '-'
      isRange = true
      continue
    }
    const member = symbol === '\\' ? escaped(reader, members) : literal(symbol)
    if (member === undefined) return undefined
    listed += member
    isRange = false
  }
  if (listed === '') return undefined
  return negated ? anyBut(listed) : `[${listed}]`
}
