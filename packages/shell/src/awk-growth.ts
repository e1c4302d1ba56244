import { type AwkToken, textAt } from './awk-tokens.ts'

/** How often the statements are thought to run, and what a text may have grown to by then. */
const rounds = 60
const mostGrowth = 1500

/** An assignment: the variable, what it is made of, and whether its parts are put together. */
interface Assigned {
  readonly name: string
  readonly parts: readonly string[]
  readonly joined: boolean
}

/** Whether a text of the program may double again and again, or grow by what grows: that fills any memory. */
export function growthFault(tokens: readonly AwkToken[]): string | undefined {
  const assigned = assignments(tokens)
  const sizes = new Map<string, number>()
  for (let round = 0; round < rounds; round++)
    for (const { name, parts, joined } of assigned) {
      const lengths = parts.map((part) => sizes.get(part) ?? 1)
      const length = joined ? lengths.reduce((sum, one) => sum + one, 0) : Math.max(1, ...lengths)
      if (length > mostGrowth) return 'a text that grows without end'
      sizes.set(name, Math.max(length, sizes.get(name) ?? 1))
    }
  return undefined
}

function assignments(tokens: readonly AwkToken[]): readonly Assigned[] {
  const found: Assigned[] = []
  for (const [at, { text, kind }] of tokens.entries()) {
    if (kind === 'sign' && text === '=') {
      const value = valueAfter(tokens, at + 1)
      const parts = partsOf(value)
      // `gensub` may put what it is given in place of every character of it.
      const twice = parts.includes('gensub') ? [...parts, ...parts] : parts
      found.push({ name: targetBefore(tokens, at), parts: twice, joined: joins(value) })
    }
    if (kind === 'name' && /^g?sub$/.test(text)) found.push(...substitution(tokens, at))
  }
  return found
}

/** The variable, array or field that stands before `=`. */
function targetBefore(tokens: readonly AwkToken[], equals: number): string {
  let at = equals - 1
  let depth = 0
  for (; at > 0; at--) {
    const text = textAt(tokens, at)
    if (/^[\])]$/.test(text)) depth++
    if (/^[[(]$/.test(text)) depth--
    if (depth === 0) break
  }
  const text = textAt(tokens, at)
  const before = textAt(tokens, at - 1)
  if (text === '[') return before
  return before === '$' || text === '(' ? '$' : text
}

function valueAfter(tokens: readonly AwkToken[], start: number): readonly AwkToken[] {
  let depth = 0
  for (let at = start; at < tokens.length; at++) {
    const text = tokens[at]?.text ?? ''
    if (/^[([{]$/.test(text)) depth++
    else if (/^[)\]}]$/.test(text)) depth--
    if (depth < 0 || (depth === 0 && /^[;\n,]$/.test(text))) return tokens.slice(start, at)
  }
  return tokens.slice(start)
}

function partsOf(tokens: readonly AwkToken[]): readonly string[] {
  return tokens.flatMap(({ text, kind }) =>
    kind === 'name' || kind === 'text' || (kind === 'sign' && text === '$') ? [text] : [],
  )
}

/** Two operands with nothing between them are put together; so are those of `sprintf`. */
function joins(tokens: readonly AwkToken[]): boolean {
  return tokens.some(({ text, kind }, at) => {
    if (kind === 'name' && /^(sprintf|gensub|substr|tolower|toupper)$/.test(text)) return true
    const next = tokens[at + 1]
    if (next === undefined) return false
    const ends = kind !== 'sign' || text === ')' || text === ']'
    const begins = next.kind !== 'sign' || next.text === '$' || (next.text === '(' && kind !== 'name')
    return ends && begins && text !== 'in' && next.text !== 'in'
  })
}

/** An expression that takes at least one character: letters, and sets of them. */
const consuming = /^\/(?:(?:[\w ,:;<>="'#@%~-]|\[[^\]\\[*]+\]|\\[^\d\n])\+?)+\/$/

/** `gsub` makes nothing longer where it puts nothing, or one character, in place of at least one. */
function substitution(tokens: readonly AwkToken[], at: number): readonly Assigned[] {
  const [pattern, comma, replacement, end] = [2, 3, 4, 5].map((offset) => textAt(tokens, at + offset))
  const target = tokens[at + 6]
  const read = comma === ',' && /^[,)]$/.test(end ?? '')
  if (read && isShort(pattern ?? '', replacement ?? '')) return []
  const name = end === ',' && target?.kind === 'name' ? target.text : '$0'
  // A field is new with each line.
  const few = tokens.filter(({ text }) => /^(g?sub|for)$/.test(text)).length < 4
  return name === '$0' && few ? [] : [{ name, parts: [name, name], joined: true }]
}

function isShort(pattern: string, replacement: string): boolean {
  return replacement === '""' || (/^"[^&\\]"$/.test(replacement) && consuming.test(pattern))
}
