/** A value that is written out. */
export type Literal = string | number | boolean | null | readonly Literal[]

/** One statement of a file. */
export interface Statement {
  readonly line: number
  /** Its beginning, for people. */
  readonly text: string
  /** The function that is called; `undefined` where it is no call. */
  readonly name?: string
  /** Its arguments by name, positional ones by the names of `prefix_rule`; `undefined` where one is no literal. */
  readonly values?: Readonly<Record<string, Literal>>
}

interface Token {
  readonly type: 'string' | 'word' | 'sign' | 'end'
  readonly text: string
  readonly line: number
  readonly start: number
}

const positional = ['pattern', 'decision']

/** Reads the statements of a file in Starlark (bazelbuild/starlark, spec.md) as far as they are calls with literal arguments. Nothing is evaluated. */
export function readStatements(source: string): readonly Statement[] {
  const statements: Statement[] = []
  const tokens = tokensOf(source)
  let at = 0
  while (at < tokens.length) {
    const first = tokens[at]
    const end = endOf(tokens, at)
    if (first !== undefined && end > at) statements.push(readStatement(tokens.slice(at, end), first, source))
    at = end + 1
  }
  return statements
}

/** A statement ends at a line break or `;` outside of brackets. */
function endOf(tokens: readonly Token[], start: number): number {
  let depth = 0
  for (let at = start; at < tokens.length; at += 1) {
    const { type = 'end', text = '' } = tokens[at] ?? {}
    if (type === 'sign' && '([{'.includes(text)) depth += 1
    if (type === 'sign' && ')]}'.includes(text)) depth -= 1
    if (type === 'end' && depth <= 0) return at
  }
  return tokens.length
}

function readStatement(tokens: readonly Token[], first: Token, source: string): Statement {
  const whole = tokens.filter(({ type }) => type !== 'end')
  const text = source.slice(first.start).split('\n')[0]?.trim().slice(0, 80) ?? ''
  const said = { line: first.line, text }
  const [name, open] = whole
  const call = name?.type === 'word' && open?.text === '(' && whole.at(-1)?.text === ')'
  if (!call) return said
  const values = readArguments(whole.slice(2, -1))
  return { ...said, name: name.text, ...(values === undefined ? {} : { values }) }
}

function readArguments(tokens: readonly Token[]): Readonly<Record<string, Literal>> | undefined {
  const values = new Map<string, Literal>()
  let at = 0
  for (let index = 0; at < tokens.length; index += 1) {
    const read = readArgument(tokens, at, index)
    if (read === undefined || values.has(read.name)) return undefined
    values.set(read.name, read.value)
    at = read.end + 1
  }
  return Object.fromEntries(values)
}

/** One argument, with its name or at the place of it. A comma or the end must follow. */
function readArgument(
  tokens: readonly Token[],
  at: number,
  index: number,
): (ReadLiteral & { readonly name: string }) | undefined {
  const named = tokens[at]?.type === 'word' && isSign(tokens[at + 1], '=')
  const name = named ? tokens[at]?.text : positional[index]
  const read = readLiteral(tokens, named ? at + 2 : at)
  if (name === undefined || read === undefined) return undefined
  return read.end >= tokens.length || isSign(tokens[read.end], ',') ? { name, ...read } : undefined
}

function isSign(token: Token | undefined, sign: string): boolean {
  return token?.type === 'sign' && token.text === sign
}

interface ReadLiteral {
  readonly value: Literal
  readonly end: number
}

function readLiteral(tokens: readonly Token[], at: number, depth = 0): ReadLiteral | undefined {
  const token = tokens[at]
  if (token === undefined || depth > 8) return undefined
  if (token.type === 'string') return { value: token.text, end: at + 1 }
  if (token.type === 'word') {
    const value = wordValue(token.text)
    return value === undefined ? undefined : { value, end: at + 1 }
  }
  return token.text === '[' || token.text === '(' ? readList(tokens, at, depth) : undefined
}

function readList(tokens: readonly Token[], start: number, depth: number): ReadLiteral | undefined {
  const close = isSign(tokens[start], '[') ? ']' : ')'
  const items: Literal[] = []
  let at = start + 1
  while (!isSign(tokens[at], close)) {
    const item = readLiteral(tokens, at, depth + 1)
    if (item === undefined) return undefined
    items.push(item.value)
    const more = isSign(tokens[item.end], ',')
    if (!more && !isSign(tokens[item.end], close)) return undefined
    at = more ? item.end + 1 : item.end
  }
  return { value: items, end: at + 1 }
}

function wordValue(text: string): Literal | undefined {
  if (text === 'True' || text === 'False') return text === 'True'
  if (text === 'None') return null
  return /^\d+$/.test(text) ? Number(text) : undefined
}

const lexeme =
  /(?<blank>[ \t\r\f]+|\\\n|#[^\n]*)|(?<end>[\n;])|(?<string>r?"""[^]*?"""|r?'''[^]*?'''|r?"(?:[^"\\\n]|\\[^])*"|r?'(?:[^'\\\n]|\\[^])*')|(?<word>\w+)|(?<sign>[^])/gy

function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = []
  let line = 1
  for (const match of source.matchAll(lexeme)) {
    const { end, string, word, sign } = match.groups ?? {}
    const place = { line, start: match.index }
    if (end !== undefined) tokens.push({ type: 'end', text: end, ...place })
    if (string !== undefined) tokens.push(stringToken(string, place))
    if (word !== undefined) tokens.push({ type: 'word', text: word, ...place })
    if (sign !== undefined) tokens.push({ type: 'sign', text: sign, ...place })
    line += match[0].split('\n').length - 1
  }
  return inBrackets(tokens)
}

/** Line breaks in brackets mean nothing. */
function inBrackets(tokens: readonly Token[]): readonly Token[] {
  let depth = 0
  return tokens.filter(({ type, text }) => {
    if (type === 'sign' && '([{'.includes(text)) depth += 1
    if (type === 'sign' && ')]}'.includes(text)) depth -= 1
    return type !== 'end' || text === ';' || depth <= 0
  })
}

function stringToken(raw: string, place: Pick<Token, 'line' | 'start'>): Token {
  const asIs = raw.startsWith('r')
  const text = asIs ? raw.slice(1) : raw
  const marks = /^("""|''')/.test(text) ? 3 : 1
  const body = text.slice(marks, -marks)
  if (asIs || !body.includes('\\')) return { type: 'string', text: body, ...place }
  const plain = unescaped(body)
  // An escape that is not known makes it no literal.
  return plain === undefined
    ? { type: 'sign', text: raw, ...place }
    : { type: 'string', text: plain, ...place }
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
}

function unescaped(body: string): string | undefined {
  let known = true
  const text = body.replaceAll(/\\([^])/g, (_, letter: string) => {
    known &&= Object.hasOwn(escapes, letter)
    return escapes[letter] ?? ''
  })
  return known ? text : undefined
}
