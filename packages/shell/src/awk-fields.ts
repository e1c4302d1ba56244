import { type AwkToken, textAt } from './awk-tokens.ts'

/** Whether a line may be given more fields than are written out: `$100000000 = 1` and `NF = $1` fill memory. */
export function fieldFault(tokens: readonly AwkToken[]): string | undefined {
  const fault = 'a number of fields that is not written out'
  for (const [at, { text, kind }] of tokens.entries()) {
    if (kind === 'name' && text === 'NF' && textAt(tokens, at - 1) !== '$' && setsCount(tokens, at))
      return fault
    if (kind === 'sign' && text === '$' && setsField(tokens, at)) return fault
  }
  return undefined
}

/** `NF--`, `NF -= 1`, `NF = 3` and `NF = NF - 1` are small. */
function setsCount(tokens: readonly AwkToken[], at: number): boolean {
  const after = [1, 2, 3, 4].map((step) => textAt(tokens, at + step)).join(' ')
  if (textAt(tokens, at - 1) === '++' || /^(\+\+|\*\*|[+*/%^]=)/.test(after)) return true
  return after.startsWith('= ') && !/^= (\d{1,4} ([;}\n]|$)|NF (-|[;}\n]))/.test(after)
}

/** A field that is assigned, or changed by `sub`, is one that is there, the next, or one of a small number. */
function setsField(tokens: readonly AwkToken[], at: number): boolean {
  const end = endOfField(tokens, at + 1)
  const named = tokens.slice(at + 1, end).map(({ text }) => text)
  if (isSmall(named.join(' '), tokens)) return false
  const after = textAt(tokens, end)
  if (/^(=|[-+*/%^]=|\+\+|--)$/.test(after)) return true
  const before = textAt(tokens, at - 1)
  return (
    /^(\+\+|--)$/.test(before) ||
    (before === ',' && after === ')' && tokens.some(({ text }) => /^g?sub$/.test(text)))
  )
}

/** `$1`, `$NF`, `$(NF - 1)`, `$(NF + 1)`, and `$i` for what a loop counts up to the number of fields or to a written one. */
function isSmall(named: string, tokens: readonly AwkToken[]): boolean {
  if (/^(\d{1,4}|NF|\( NF [-+] \d{1,2} \))$/.test(named)) return true
  return tokens.some(
    ({ text, kind }, at) =>
      kind === 'name' && text === 'for' && textAt(tokens, at + 2) === named && textAt(tokens, at + 3) === '=',
  )
}

function endOfField(tokens: readonly AwkToken[], start: number): number {
  let depth = 0
  for (let at = start; at < tokens.length; at++) {
    const text = textAt(tokens, at)
    if (/^[([]$/.test(text)) depth++
    else if (/^[)\]]$/.test(text)) depth--
    if (depth <= 0 && !/^(\$|\+\+|--|-|\+|!)$/.test(text) && textAt(tokens, at + 1) !== '[') return at + 1
  }
  return tokens.length
}
