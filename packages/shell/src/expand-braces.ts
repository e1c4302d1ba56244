import type { Cell } from './word-cells.ts'

/** How many words a brace expansion may make. */
const mostWords = 256

/**
 * Expands `{a,b}` and `{1..5}` as bash does, before anything else. `undefined` where that is not one of the forms that are read: nested braces,
 * letters or steps in a range, a variable inside, too many words.
 */
export function expandBraces(cells: readonly Cell[]): readonly (readonly Cell[])[] | undefined {
  const open = cells.findIndex((cell) => isPlain(cell, '{'))
  if (open === -1) return [cells]
  const close = cells.findIndex((cell, index) => index > open && isPlain(cell, '}'))
  if (close === -1) return inner(cells, open + 1) ? undefined : [cells]
  const body = cells.slice(open + 1, close)
  if (body.some((cell) => isPlain(cell, '{'))) return undefined
  const choices = choicesOf(body)
  if (choices === undefined) return undefined
  const rests = expandBraces(cells.slice(close + 1))
  if (rests === undefined || choices.length * rests.length > mostWords) return undefined
  const head = cells.slice(0, open)
  return choices.flatMap((choice) => rests.map((rest) => [...head, ...choice, ...rest]))
}

/** Whether anything after an unclosed brace could still make it one. */
function inner(cells: readonly Cell[], from: number): boolean {
  return cells.slice(from).some((cell) => isPlain(cell, ','))
}

function choicesOf(body: readonly Cell[]): readonly (readonly Cell[])[] | undefined {
  if (body.some((cell) => cell.variable === true)) return undefined
  if (body.some((cell) => isPlain(cell, ','))) return split(body)
  const text = body.map((cell) => cell.text).join('')
  const range = /^(-?(?:0|[1-9]\d{0,5}))\.\.(-?(?:0|[1-9]\d{0,5}))$/.exec(text)
  if (range !== null && body.every(({ quoted }) => !quoted))
    return numbers(Number(range[1]), Number(range[2]))
  if (text.includes('..')) return undefined
  return [[{ text: '{', quoted: true }, ...body, { text: '}', quoted: true }]]
}

function split(body: readonly Cell[]): readonly (readonly Cell[])[] {
  const choices: Cell[][] = [[]]
  for (const cell of body)
    if (isPlain(cell, ',')) choices.push([])
    else choices.at(-1)?.push(cell)
  return choices
}

function numbers(from: number, to: number): readonly (readonly Cell[])[] | undefined {
  const count = Math.abs(to - from) + 1
  if (count > mostWords) return undefined
  const step = to < from ? -1 : 1
  return Array.from({ length: count }, (_, index) => [{ text: String(from + index * step), quoted: false }])
}

function isPlain({ text, quoted, variable }: Cell, character: string): boolean {
  return text === character && !quoted && variable !== true
}
