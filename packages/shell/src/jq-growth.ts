import type { JqToken } from './jq-token.ts'

/** How often a filter may do what makes more of what it is given. */
const most: readonly (readonly [what: RegExp, kind: JqToken['kind'] | undefined, times: number])[] = [
  [/^g?sub$|^tojson$|^@|^join$|^implode$/, 'name', 4],
  [/^\*=?$/, 'sign', 2],
  [/^reduce$/, 'name', 1],
  [/^\.\.$/, 'sign', 2],
]

/** Why a filter may make more of what it is given than memory holds. */
export function growthFault(tokens: readonly JqToken[]): string | undefined {
  for (const [what, kind, times] of most)
    if (tokens.filter((token) => token.kind === kind && what.test(token.text)).length > times)
      return 'more of what makes its input longer than is read'
  const long = tokens.some(({ kind, text }) => kind === 'number' && /\d{5}/.test(text))
  const grows = tokens.some(({ kind, text }) => kind === 'sign' && /^(\*=?|[|+*/%-]?=|\/\/=)$/.test(text))
  if (long && grows) return 'a number that may fill memory'
  if (countWhole(tokens) > 3) return 'its whole input more often than is read'
  return productFault(tokens) ?? placeFault(tokens) ?? reduceFault(tokens)
}

/** How often a filter names all that it is given: a dot alone. */
function countWhole(tokens: readonly JqToken[]): number {
  return tokens.filter(({ text, kind }, at) => {
    const next = tokens[at + 1]
    return kind === 'sign' && text === '.' && next?.text !== '[' && next?.kind !== 'text'
  }).length
}

/** What `reduce` goes on with names what it has once, and makes it longer by no more than the next. */
function reduceFault(tokens: readonly JqToken[]): string | undefined {
  const begin = tokens.findIndex(({ text, kind }) => kind === 'name' && text === 'reduce')
  if (begin === -1) return undefined
  const rest = tokens.slice(begin + 1)
  const odd = rest.some(
    ({ kind, text }) => kind === 'name' && !/^(as|length|tonumber|keys|null|true|false)$/.test(text),
  )
  const wholes = rest.filter(({ kind, text }) => kind === 'sign' && text === '.').length
  const dots = wholes + rest.filter(({ kind }) => kind === 'field').length
  const product = rest.some(({ text, kind }) => kind === 'sign' && /^(\*|,|[|+*/%-]=)$/.test(text))
  return odd || product || dots > 4 || countWhole(rest) > 1 ? 'reduce with more than a sum' : undefined
}

/** How many results a filter may give of one, and how often it may go through all that there is. */
const mostResults = 200
const mostRounds = 8

/**
 * Commas in one bracket give results one after the other; those of brackets that follow give every combination. Whatever goes through all values does
 * so for each of the others.
 */
function productFault(tokens: readonly JqToken[]): string | undefined {
  const fault = 'more combinations than are read'
  const rounds = tokens.filter(
    ({ text, kind }, at) =>
      (text === '[' && tokens[at + 1]?.text === ']') || (kind === 'name' && /^(leaf_)?paths$/.test(text)),
  )
  if (rounds.length > mostRounds || tokens.filter(({ text }) => text === 'as').length > 3) return fault
  if (resultsOf(tokens) > mostResults) return fault
  for (const [at, { text, kind }] of tokens.entries()) {
    if (kind === 'sign' && /^\*=?$/.test(text) && !isSmallProduct(tokens, at))
      return 'a product that may repeat a text'
    if (
      kind === 'name' &&
      text === 'walk' &&
      tokens.some((token) => token.kind === 'sign' && token.text === ',')
    )
      return 'a walk that makes more of everything'
  }
  return undefined
}

function resultsOf(tokens: readonly JqToken[]): number {
  let product = 1
  const open: { sign: string; results: number }[] = [{ sign: '', results: 1 }]
  for (const { text, kind } of tokens) {
    const inner = open.at(-1)
    if (kind !== 'sign' || inner === undefined) continue
    if (text === ',' && inner.sign !== '{') inner.results++
    if (/^[([{]$/.test(text)) open.push({ sign: text, results: 1 })
    if (/^[|;)\]}]$/.test(text)) {
      product *= inner.results
      inner.results = 1
    }
    if (/^[)\]}]$/.test(text)) open.pop()
  }
  return open.reduce((all, { results }) => all * results, product)
}

/** By a written number, or of two that are in places of a list: objects that are merged. Anything else may be a text, and how often it comes. */
function isSmallProduct(tokens: readonly JqToken[], at: number): boolean {
  const [before, after] = [tokens[at - 1], tokens[at + 1]]
  if (before?.kind === 'number' || after?.kind === 'number') return true
  const near = tokens.slice(Math.max(0, at - 4), at + 5).map(({ text }) => text)
  return /\. \[ \d+ \] \* \. \[ \d+ \]/.test(near.join(' '))
}

/** A place in a list that is assigned, and is not written out, may lie far behind its end; the keys of an object that `reduce` begins with do not. */
function placeFault(tokens: readonly JqToken[]): string | undefined {
  const assigns = tokens.some(({ text, kind }) => kind === 'sign' && /^([|+*/%-]?=|\/\/=)$/.test(text))
  const computed = tokens.some(({ text }, at) => {
    if (text !== '[' || !/^(field|variable)$/.test(tokens[at + 1]?.kind ?? '')) return false
    const before = tokens[at - 1]
    return before?.text === '.' || before?.kind === 'field' || before?.text === ']'
  })
  const keys = /\( \{ \} ;/.test(tokens.map(({ text }) => text).join(' '))
  return assigns && computed && !keys ? 'a place that is not written out' : undefined
}
