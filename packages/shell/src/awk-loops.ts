import { type AwkToken, textAt } from './awk-tokens.ts'

/** Rounds that a loop with a written number may go. */
const mostRounds = 9999

/** What is known of a loop: what it counts, up to what, and where its header and its body end. */
interface Loop {
  readonly counter: string | undefined
  readonly bound: string | undefined
  readonly body: readonly [begin: number, end: number]
}

/** Why the loops of a program may not end, or go on for too long; `undefined` where they end. */
export function loopFault(tokens: readonly AwkToken[]): string | undefined {
  const loops: Loop[] = []
  for (const [index, { text, kind }] of tokens.entries()) {
    if (kind !== 'name' || text !== 'for') continue
    const loop = readLoop(tokens, index + 1)
    if (loop === undefined) return 'a loop that may not end'
    loops.push(loop)
  }
  if (loops.some((loop) => changesItself(tokens, loop))) return 'a loop that changes what it counts'
  const deep = loops.some(
    ({ body }) => loops.filter((other) => other.body[0] < body[0] && body[1] <= other.body[1]).length > 1,
  )
  return deep ? 'loops in a loop in a loop' : undefined
}

const counted =
  /^\( (?<counter>[a-z_]\w*|[A-Z]) = (?<from>\w+)(?: [-+] \d{1,4})? ; (?<compared>\w+) (?<comparison><=?|>=?) (?<to>\w+)(?: [-+] \d{1,4})? ; (?<stepped>\w+ (?<sign>[-+])(?:\k<sign>|= [1-9]\d*)|(?<before>[-+])\k<before> \w+) \)$/

/** `for (x in y)`, or a variable that is counted up or down to something that is known. */
function readLoop(tokens: readonly AwkToken[], at: number): Loop | undefined {
  const close = tokens.findIndex(({ text }, index) => index > at && text === ')')
  if (close === -1 || close > at + 16) return undefined
  const header = tokens
    .slice(at, close + 1)
    .map(({ text }) => text)
    .join(' ')
  const body = bodyOf(tokens, close + 1)
  if (/^\( \w+ in \w+ \)$/.test(header)) return { counter: undefined, bound: undefined, body }
  const ends = limitsOf(header)
  const known = ends?.limits.every((one) => isLimit(one) && isKnown(tokens, one)) === true
  return known ? { counter: ends.counter, bound: ends.limits[0], body } : undefined
}

/** What a loop counts, and between what: first what its end is compared with. `undefined` where it counts away from its end. */
function limitsOf(header: string): { counter: string; limits: readonly string[] } | undefined {
  const groups = counted.exec(header)?.groups
  if (groups === undefined) return undefined
  const { counter = '', from = '', compared, comparison = '', to = '', stepped = '' } = groups
  if (counter !== compared || !stepped.split(' ').includes(counter)) return undefined
  const up = stepped.includes('+')
  if (up !== comparison.startsWith('<')) return undefined
  return { counter, limits: up ? [to, from] : [from, to] }
}

function isLimit(text: string): boolean {
  return /^\d+$/.test(text) ? Number(text) <= mostRounds : /^(NF|NR|FNR|[a-z_]\w*)$/.test(text)
}

/** Whether a variable is a written number, how many fields or lines there are, what `split` gives, or counted one by one. */
function isKnown(tokens: readonly AwkToken[], name: string): boolean {
  return tokens.every(({ text, kind }, at) => {
    if (kind !== 'name' || text !== name || !/^[a-z]/.test(name)) return true
    const [operator, value, next] = tokens.slice(at + 1, at + 4).map((token) => token.text)
    if (operator === undefined || !/^(=|[-+*/%^]=|\*\*)$/.test(operator)) return true
    if (operator !== '=') return false
    if (/^(split|length|index|match)$/.test(value ?? '')) return next === '('
    return /^(\d{1,6}|N[RF]|FNR)$/.test(value ?? '') && /^[;\n})]$/.test(next ?? ';')
  })
}

/** Where the statement after a loop's header ends, or further on. */
function bodyOf(tokens: readonly AwkToken[], start: number): readonly [number, number] {
  let depth = 0
  const first = textAt(tokens, start)
  const last = /^(if|for|\n)$/.test(first) ? undefined : first === '{' ? '}' : ';'
  for (let at = start; at < tokens.length; at++) {
    const text = textAt(tokens, at)
    if (/^[{([]$/.test(text)) depth++
    else if (/^[})\]]$/.test(text)) depth--
    if (depth < 0 || (depth === 0 && text === last)) return [start, at]
  }
  return [start, tokens.length]
}

/** Whether the body of a loop may change its counter or what it is compared with. */
function changesItself(tokens: readonly AwkToken[], { counter, bound, body }: Loop): boolean {
  if (counter === undefined) return false
  const inside = tokens.slice(body[0], body[1])
  return inside.some(({ text, kind }, at) => {
    if (kind === 'name' && (text === counter || text === bound))
      return isChanged(inside, at) || isRebound(inside, at)
    if (bound !== 'NF') return false
    if (/^g?sub$/.test(text) && kind === 'name') return true
    return text === '$' && kind === 'sign' && !isOneField(inside, at, counter) && mayAssign(inside)
  })
}

const assigning = /^(=|[-+*/%^]=|\+\+|--|\*\*)$/

function isChanged(tokens: readonly AwkToken[], at: number): boolean {
  if (tokens[at - 1]?.text === '$') return false
  return assigning.test(tokens[at + 1]?.text ?? '') || /^(\+\+|--)$/.test(tokens[at - 1]?.text ?? '')
}

/** `for (i in a)`, and functions that fill what they are given. */
function isRebound(tokens: readonly AwkToken[], at: number): boolean {
  return tokens[at + 1]?.text === 'in' || tokens.some(({ text }) => /^(g?sub|asorti?)$/.test(text))
}

/** `$i` and `$2`: fields that are there already, or one more at most. */
function isOneField(tokens: readonly AwkToken[], at: number, counter: string): boolean {
  const next = tokens[at + 1]?.text ?? ''
  return (next === counter || /^[1-9]\d{0,3}$/.test(next)) && !/^(\[|\()$/.test(tokens[at + 2]?.text ?? '')
}

function mayAssign(tokens: readonly AwkToken[]): boolean {
  return tokens.some(({ text }, at) => assigning.test(text) && /^[$)\]\w]/.test(tokens[at - 1]?.text ?? ''))
}
