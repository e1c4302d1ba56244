import { jqNames } from './data/jq-names.ts'
import { growthFault } from './jq-growth.ts'
import type { JqToken } from './jq-token.ts'
import { repetitionFault } from './repetition.ts'

/** What keeps a filter from being one that only computes what it prints, in a time and a space that its input bounds. */
export function jqFault(filter: string): string | undefined {
  const tokens: JqToken[] = []
  if (readFilter(filter, 0, tokens, 0) !== filter.length) return 'something that is not read'
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind === 'name' && !jqNames.has(text) && !isKey(tokens, at)) return text
    if (kind === 'variable' && !/^[a-z]\w*$/.test(text)) return `$${text}`
    if (kind === 'number' && /\d{8}|e/i.test(text)) return 'a number that may fill memory'
  }
  return replacementFault(tokens) ?? growthFault(tokens) ?? repetitionFault(filter)
}

/** `{env: 1}` and `{env}`: keys of an object, and no calls. */
function isKey(tokens: readonly JqToken[], at: number): boolean {
  if (!/^[{,]$/.test(tokens[at - 1]?.text ?? '') || !/^[:,}]$/.test(tokens[at + 1]?.text ?? '')) return false
  return openBracket(tokens.slice(0, at)) === '{'
}

/** The bracket that is open at the end. */
function openBracket(tokens: readonly JqToken[]): string | undefined {
  const open: string[] = []
  for (const { kind, text } of tokens)
    if (kind === 'sign' && /^[([{]$/.test(text)) open.push(text)
    else if (kind === 'sign' && /^[)\]}]$/.test(text)) open.pop()
  return open.at(-1)
}

const plain = [
  [/\$[ \t\n]*([A-Za-z_]\w*)/y, 'variable'],
  [/\.\.|\?\/\/|\/\/=?|[|+*/%=!<>-]=|[.[\](){}|,:;=<>+*/%?-]/y, 'sign'],
  [/\d+(?:\.\d*)?(?:[eE][-+]?\d+)?/y, 'number'],
  [/@?[A-Za-z_]\w*/y, 'name'],
] as const

/** Reads up to the end, or to the bracket that ends an interpolation. `-1` where anything is not read. */
function readFilter(filter: string, start: number, tokens: JqToken[], depth: number): number {
  let open = 0
  let at = start
  while (at < filter.length) {
    const character = filter.charAt(at)
    if (depth > 0 && open === 0 && character === ')') return at
    if (character === '(') open++
    if (character === ')') open--
    const next = readToken(filter, at, tokens, depth)
    if (next === -1) return -1
    at = next
  }
  return depth > 0 ? -1 : at
}

function readToken(filter: string, at: number, tokens: JqToken[], depth: number): number {
  const blank = matchAt(/[ \t\n]+/y, filter, at)
  if (blank !== undefined) return at + blank[0].length
  if (filter.charAt(at) === '"') return readText(filter, at, tokens, depth)
  const field = filter.charAt(at - 1) === '.' ? undefined : matchAt(/\.([A-Za-z_]\w*)/y, filter, at)
  if (field !== undefined) {
    tokens.push({ kind: 'field', text: field[1] ?? '' })
    return at + field[0].length
  }
  for (const [pattern, kind] of plain) {
    const found = matchAt(pattern, filter, at)
    if (found === undefined) continue
    tokens.push({ kind, text: found[1] ?? found[0] })
    return at + found[0].length
  }
  return -1
}

/** A text may hold filters again, in `\( )`. */
function readText(filter: string, start: number, tokens: JqToken[], depth: number): number {
  let text = ''
  for (let at = start + 1; at < filter.length; at++) {
    const character = filter.charAt(at)
    if (character === '"') {
      tokens.push({ kind: 'text', text })
      return at + 1
    }
    text += character
    if (character !== '\\') continue
    at++
    text += filter.charAt(at)
    if (filter.charAt(at) !== '(') continue
    if (depth > 4) return -1
    tokens.push({ kind: 'sign', text: '(' })
    at = readFilter(filter, at + 1, tokens, depth + 1)
    if (at === -1) return -1
    tokens.push({ kind: 'sign', text: ')' })
  }
  return -1
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}

/** An expression that takes at least one character: letters, and sets of them. */
const consuming = /^(?:(?:[\w ,:;<>='#@%~/-]|\[[^\]\\[*]+\]|\\\\[.sdw/()[\]])\+?)+$/

/** Where an expression fits nothing, `gsub` never ends; one that repeats what repeats takes too long. */
function replacementFault(tokens: readonly JqToken[]): string | undefined {
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind !== 'name') continue
    const [open, sought] = tokens.slice(at + 1, at + 3)
    const fault = soughtFault(text, open?.text === '(' ? sought : undefined)
    if (fault !== undefined) return `${text} with ${fault}`
  }
  return undefined
}

function soughtFault(name: string, sought: JqToken | undefined): string | undefined {
  // Older versions look for an empty text for ever.
  const written = sought !== undefined && /^(number|text)$/.test(sought.kind) && sought.text !== ''
  if (/^(r?index|indices)$/.test(name)) return written ? undefined : 'what may be nothing'
  if (!/^(g?sub|test|match|capture|scan|splits|split)$/.test(name)) return undefined
  if (sought?.kind !== 'text') return 'an expression that is not written out'
  if (name.endsWith('sub') && !consuming.test(sought.text)) return 'an expression that may fit nothing'
  return /\)[*+{]|\\\\\d/.test(sought.text) ? 'an expression that may take too long' : undefined
}
