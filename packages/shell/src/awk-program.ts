/** Functions that compute and touch nothing. */
const functions: ReadonlySet<string> = new Set([
  'length',
  'substr',
  'index',
  'split',
  'sub',
  'gsub',
  'gensub',
  'match',
  'sprintf',
  'tolower',
  'toupper',
  'int',
  'sqrt',
  'exp',
  'log',
  'sin',
  'cos',
  'atan2',
  'rand',
  'srand',
  'asort',
  'asorti',
  'strtonum',
  'systime',
  'strftime',
  'mktime',
  'and',
  'or',
  'xor',
  'lshift',
  'rshift',
  'compl',
])

/** Words of the language, and variables of it that touch nothing. */
const words: ReadonlySet<string> = new Set([
  'BEGIN',
  'END',
  'BEGINFILE',
  'ENDFILE',
  'print',
  'printf',
  'if',
  'else',
  'for',
  'in',
  'next',
  'exit',
  'delete',
  'break',
  'continue',
  'NR',
  'NF',
  'FNR',
  'FS',
  'OFS',
  'RS',
  'ORS',
  'FILENAME',
  'RSTART',
  'RLENGTH',
  'SUBSEP',
  'IGNORECASE',
  'OFMT',
  'CONVFMT',
  'FPAT',
  'FIELDWIDTHS',
  'RT',
])

/** After these an operand follows, so a slash begins an expression and divides nothing. */
const beforeOperand = /^$|^[({,;!~\n&|}?:=<>+*%^-]$|^(print|printf|in|return|else|&&|\|\||==|!=|<=|>=)$/

/** One token: its text, and what it is. */
interface Token {
  readonly text: string
  readonly kind: 'name' | 'number' | 'text' | 'expression' | 'sign'
}

/**
 * What keeps an awk program from being one that only prints, or `undefined`. Pipes, files, `system`, `getline`, the environment, loops that may not
 * end, functions of its own and anything unknown do.
 */
export function awkFault(program: string): string | undefined {
  const tokens = tokenise(program)
  if (tokens === undefined) return 'a program that is not read'
  for (const [index, token] of tokens.entries()) {
    const fault = tokenFault(token, index, tokens)
    if (fault !== undefined) return fault
  }
  return printsToFile(tokens) ? 'output to a file' : undefined
}

function tokenFault({ text, kind }: Token, index: number, tokens: readonly Token[]): string | undefined {
  if (kind === 'name') {
    if (text === 'for' && !loopEnds(tokens, index + 1)) return 'a loop that may not end'
    return nameFault(text, tokens[index + 1]?.text)
  }
  if (kind === 'number' && /\d{8}|e/i.test(text)) return 'a number that may fill memory'
  if (kind === 'text' && /%[-+ #0']*(\d{4,}|\*|\d*\.(\d{4,}|\*))/.test(text))
    return 'a format that fills memory'
  return kind === 'sign' && /^(\||\|&|@|>>|`|\\)$/.test(text) ? `the sign ${text}` : undefined
}

const nesting: Readonly<Record<string, number>> = { '(': 1, '[': 1, ')': -1, ']': -1 }

/** Whether `>` stands in a `print`, outside of brackets: there it names a file. */
function printsToFile(tokens: readonly Token[]): boolean {
  let printing = false
  let depth = 0
  for (const { text, kind } of tokens) {
    if (text === 'print' || text === 'printf') {
      printing = true
      depth = 0
    }
    if (kind !== 'sign') continue
    depth += nesting[text] ?? 0
    // A line break may come after a comma: it ends nothing for sure.
    if (depth <= 0 && (text === ';' || text === '}')) printing = false
    if (depth <= 0 && printing && text === '>') return true
  }
  return false
}

function nameFault(name: string, next: string | undefined): string | undefined {
  if (words.has(name) || functions.has(name)) return undefined
  if (
    !/^[a-z_][a-z0-9_]*$|^[A-Z]$/.test(name) ||
    /^(while|do|function|func|getline|system|close|fflush|nextfile|switch|case|default|return|extension|printf?|eval|namespace)$/.test(
      name,
    )
  )
    return `the name ${name}`
  return next === '(' ? `the function ${name}` : undefined
}

/** `for (x in y)`, or a variable that is counted up to something. */
function loopEnds(tokens: readonly Token[], at: number): boolean {
  const text = tokens
    .slice(at, at + 16)
    .map((token) => token.text)
    .join(' ')
  if (/^\( \w+ in \w+ \)/.test(text)) return true
  const counted =
    /^\( (\w+) = [\w-]+(?: [\w]+)? ; (\w+) (?:<|<=|>|>=) [\w$]+(?: [\w]+)?(?: [-+] \d+)? ; (?:(\w+) (?:\+\+|--)|(?:\+\+|--) (\w+)|(\w+) (?:\+=|-=) [1-9]\d*) \)/.exec(
      text,
    )
  if (counted === null) return false
  const [, first, second, ...third] = counted
  return first === second && third.includes(first ?? '')
}

const signs = /&&|\|\||\|&|>>|[<>=!+*/%^-]=|\+\+|--|\*\*|[({[)}\],;!~&|?:=<>+*/%^@`\\$\n-]/y

function tokenise(program: string): readonly Token[] | undefined {
  const tokens: Token[] = []
  let at = 0
  while (at < program.length) {
    const token = nextToken(program, at, tokens.at(-1))
    if (token === undefined) return undefined
    if (token.kept) tokens.push(token)
    at = token.end
  }
  return tokens
}

function nextToken(
  program: string,
  at: number,
  previous: Token | undefined,
): (Token & { end: number; kept: boolean }) | undefined {
  const blank = sticky(/[ \t]+|#[^\n]*|\\\n/y, program, at)
  if (blank !== undefined) return { text: blank, kind: 'sign', end: at + blank.length, kept: false }
  for (const [pattern, kind] of [
    [/"(?:[^"\\\n]|\\[^\n])*"/y, 'text'],
    [/[A-Za-z_]\w*/y, 'name'],
    [/\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+/y, 'number'],
  ] as const) {
    const text = sticky(pattern, program, at)
    if (text !== undefined) return { text, kind, end: at + text.length, kept: true }
  }
  if (
    program.charAt(at) === '/' &&
    (previous === undefined ||
      (previous.kind !== 'number' && previous.kind !== 'text' && beforeOperand.test(previous.text)))
  ) {
    const text = sticky(/\/(?:[^/\\\n[]|\\[^\n]|\[\^?\]?(?:[^\]\\\n/]|\\[^\n])*\])*\//y, program, at)
    return text === undefined ? undefined : { text, kind: 'expression', end: at + text.length, kept: true }
  }
  const sign = sticky(signs, program, at)
  return sign === undefined ? undefined : { text: sign, kind: 'sign', end: at + sign.length, kept: true }
}

function sticky(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}
