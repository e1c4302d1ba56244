const token =
  /\s*(?:([[\]{}(),:])|'((?:[^'\\]|\\[^])*)'|"((?:[^"\\]|\\[^])*)"|(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(True|False|None)\b)/y

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '\n': '' }

/** Reads a literal of Python as `repr` writes it: lists, tuples, dictionaries, strings, numbers, `None`. `undefined` for anything else. */
export function parsePythonLiteral(text: string): unknown {
  try {
    return parseValue({ text, at: 0 })
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

interface Reading {
  readonly text: string
  at: number
}

function parseValue(reading: Reading): unknown {
  const [, mark, single, double, number, word] = next(reading)
  if (mark === '[' || mark === '(') return parseList(reading, mark === '[' ? ']' : ')')
  if (mark === '{') return parseFields(reading)
  if (mark !== undefined) throw new SyntaxError(`unexpected ${mark}`)
  if (number !== undefined) return Number(number)
  if (word !== undefined) return word === 'None' ? null : word === 'True'
  return joined(reading, unescaped(single ?? double ?? ''))
}

/** Strings that stand side by side are one. */
function joined(reading: Reading, first: string): string {
  const before = reading.at
  if (!/^\s*['"]/.test(reading.text.slice(before, before + 200))) return first
  const [, , single, double] = next(reading)
  return joined(reading, first + unescaped(single ?? double ?? ''))
}

function parseList(reading: Reading, end: string): readonly unknown[] {
  const items: unknown[] = []
  while (!skips(reading, end)) {
    items.push(parseValue(reading))
    if (!skips(reading, ',') && !peeks(reading, end)) throw new SyntaxError('a comma is missing')
  }
  return items
}

function parseFields(reading: Reading): Readonly<Record<string, unknown>> {
  const fields: [string, unknown][] = []
  while (!skips(reading, '}')) {
    const name = String(parseValue(reading))
    if (!skips(reading, ':')) throw new SyntaxError('a colon is missing')
    fields.push([name, parseValue(reading)])
    if (!skips(reading, ',') && !peeks(reading, '}')) throw new SyntaxError('a comma is missing')
  }
  return Object.fromEntries(fields)
}

function next(reading: Reading): RegExpExecArray {
  token.lastIndex = reading.at
  const found = token.exec(reading.text)
  if (found === null) throw new SyntaxError(`unexpected text at ${reading.at}`)
  reading.at = token.lastIndex
  return found
}

function peeks(reading: Reading, mark: string): boolean {
  const before = reading.at
  const is = next(reading)[1] === mark
  reading.at = before
  return is
}

function skips(reading: Reading, mark: string): boolean {
  const before = reading.at
  if (next(reading)[1] === mark) return true
  reading.at = before
  return false
}

function unescaped(text: string): string {
  return text.replaceAll(
    /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([^]))/g,
    (_all, long?: string, short?: string, letter = '') => {
      const code = long ?? short
      return code === undefined
        ? (escapes[letter] ?? letter)
        : String.fromCodePoint(Number.parseInt(code, 16))
    },
  )
}
