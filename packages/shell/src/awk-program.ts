import { fieldFault } from './awk-fields.ts'
import { growthFault } from './awk-growth.ts'
import { keyFault } from './awk-keys.ts'
import { loopFault } from './awk-loops.ts'
import { type AwkToken, awkTokens } from './awk-tokens.ts'
import { awkFunctions, awkWords } from './data/awk-language.ts'
import { nestingFault, repetitionFault } from './repetition.ts'

/**
 * What keeps an awk program from being one that only prints, or `undefined`. Pipes, files, `system`, `getline`, the environment, loops that may not
 * end, texts that grow without end, functions of its own and anything unknown do.
 */
export function awkFault(program: string): string | undefined {
  const tokens = awkTokens(program)
  if (tokens === undefined) return 'a program that is not read'
  for (const [index, token] of tokens.entries()) {
    const fault = tokenFault(token, index, tokens)
    if (fault !== undefined) return fault
  }
  if (printsToFile(tokens)) return 'output to a file'
  return (
    loopFault(tokens) ??
    keyFault(tokens) ??
    fieldFault(tokens) ??
    growthFault(tokens) ??
    expressionFault(tokens) ??
    repetitionFault(program)
  )
}

function tokenFault(
  { text, kind }: AwkToken,
  index: number,
  tokens: readonly AwkToken[],
): string | undefined {
  if (kind === 'name') return nameFault(text, tokens[index + 1]?.text) ?? formatFault(text, index, tokens)
  if (kind === 'number' && /\d{7}|e/i.test(text)) return 'a number that may fill memory'
  if (kind === 'text' && hasWideFormat(text)) return 'a format that fills memory'
  return kind === 'sign' && /^(\||\|&|@|>>|`|\\)$/.test(text) ? `the sign ${text}` : undefined
}

function hasWideFormat(text: string): boolean {
  return [...text.matchAll(/%[^A-Za-z%]*/g)].some(([format]) => /\d{4}|\*/.test(format))
}

/** A format is written out as one text: one that is put together may fill memory. */
function formatFault(name: string, index: number, tokens: readonly AwkToken[]): string | undefined {
  if (name !== 'printf' && name !== 'sprintf') return undefined
  const at = tokens[index + 1]?.text === '(' ? index + 2 : index + 1
  const after = tokens[at + 1]?.text
  const whole = tokens[at]?.kind === 'text' && (after === undefined || /^[,;})\n]$/.test(after))
  return whole ? undefined : 'a format that is not one text'
}

/** Some awks try every way in which a choice that is repeated may fit. */
function expressionFault(tokens: readonly AwkToken[]): string | undefined {
  for (const { text, kind } of tokens) {
    const fault = kind === 'text' || kind === 'expression' ? nestingFault(text) : undefined
    if (fault !== undefined) return fault
  }
  return undefined
}

const nesting: Readonly<Record<string, number>> = { '(': 1, '[': 1, ')': -1, ']': -1 }

/** Whether `>` stands in a `print`, outside of brackets: there it names a file. */
function printsToFile(tokens: readonly AwkToken[]): boolean {
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
  if (awkWords.has(name) || awkFunctions.has(name)) return undefined
  if (
    !/^[a-z_][a-z0-9_]*$|^[A-Z]$/.test(name) ||
    /^(while|do|function|func|getline|system|close|fflush|nextfile|switch|case|default|return|extension|printf?|eval|namespace)$/.test(
      name,
    )
  )
    return `the name ${name}`
  return next === '(' ? `the function ${name}` : undefined
}
