import { awkFunctions, awkWords } from './data/awk-language.ts'

/** One token of an awk program: its text, and what it is. */
export interface AwkToken {
  readonly text: string
  readonly kind: 'name' | 'number' | 'text' | 'expression' | 'sign'
}

/** After these signs an operand follows, so a slash begins an expression. */
const beforeOperand = /^([({,;!~\n&|}?:=<>+*%^-]|&&|\|\||[=!<>+*%^-]=)$/

/** Words after which a slash divides nothing in any awk. */
const beforeExpression: ReadonlySet<string> = new Set(['print', 'printf', 'BEGIN', 'END', 'else'])

const signs = /&&|\|\||\|&|>>|[<>=!+*/%^-]=|\+\+|--|\*\*|[({[)}\],;!~&|?:=<>+*/%^@`\\$\n-]/y

/**
 * An expression that ends at the first slash with no backslash before it, and whose brackets are closed by then: awks differ in whether a slash inside
 * brackets ends it. Each sign can be read in one way only.
 */
const expression =
  /\/(?!=)(?:[^/\\\n[]|\\[^\n]|\[\^?(?:[^\]\\\n[/^]|\[:[a-z]+:\]|\\[tnrfv.$*+?|()^-])+\])*\//y

/** The text of a token, or nothing where there is none. */
export function textAt(tokens: readonly AwkToken[], at: number): string {
  return tokens[at]?.text ?? ''
}

/** Divides a program into tokens. `undefined` where the role of anything is not certain: a slash above all. */
export function awkTokens(program: string): readonly AwkToken[] | undefined {
  const tokens: AwkToken[] = []
  /** What stood before each bracket that is open, and before the one that was closed last. */
  const opened: (string | undefined)[] = []
  let closed: string | undefined
  let at = 0
  while (at < program.length) {
    const blank = sticky(/[ \t]+|#[^\n]*|\\\n/y, program, at)
    if (blank !== undefined) {
      at += blank.length
      continue
    }
    const token = nextToken(program, at, tokens.at(-1), closed)
    if (token === undefined) return undefined
    if (token.text === '(') opened.push(tokens.at(-1)?.text)
    if (token.text === ')') closed = opened.pop()
    tokens.push(token)
    at += token.text.length
  }
  return tokens
}

const plain = [
  [/"(?:[^"\\\n]|\\[^\n])*"/y, 'text'],
  [/[A-Za-z_]\w*/y, 'name'],
  [/\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+/y, 'number'],
] as const

function nextToken(
  program: string,
  at: number,
  previous: AwkToken | undefined,
  closed: string | undefined,
): AwkToken | undefined {
  for (const [pattern, kind] of plain) {
    const text = sticky(pattern, program, at)
    if (text !== undefined) return { text, kind }
  }
  if (program.charAt(at) === '/') {
    const role = roleOfSlash(previous, closed)
    if (role === undefined) return undefined
    if (role === 'expression') {
      const text = sticky(expression, program, at)
      return text === undefined ? undefined : { text, kind: 'expression' }
    }
  }
  const text = sticky(signs, program, at)
  return text === undefined ? undefined : { text, kind: 'sign' }
}

/** Words and functions of the language may take an expression; variables do not. */
function roleAfterName(name: string): 'division' | 'expression' | undefined {
  if (beforeExpression.has(name)) return 'expression'
  const variable = !awkFunctions.has(name) && (!awkWords.has(name) || /^F?N[RF]$/.test(name))
  return variable ? 'division' : undefined
}

/** Whether a slash divides or begins an expression, by what stands before it. */
function roleOfSlash(
  previous: AwkToken | undefined,
  closed: string | undefined,
): 'division' | 'expression' | undefined {
  if (previous === undefined) return 'expression'
  const { text, kind } = previous
  if (kind === 'number' || kind === 'text') return 'division'
  if (kind === 'expression') return undefined
  if (kind === 'name') return roleAfterName(text)
  if (text === ')') return /^(if|for|while|switch)$/.test(closed ?? '') ? undefined : 'division'
  if (text === ']') return 'division'
  return beforeOperand.test(text) ? 'expression' : undefined
}

function sticky(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}
