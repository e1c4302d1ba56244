/** How often the parts of an expression may be repeated by numbers, those inside one another multiplied. */
const mostRepeated = 5000

/** Whether an expression repeats by numbers so often that a program that compiles it fills memory. */
export function repetitionFault(expression: string): string | undefined {
  let times = 1
  for (const [, from = '', to = ''] of expression.matchAll(/\{(\d{0,9})(?:,(\d{0,9}))?\\?\}/g)) {
    times *= Math.max(1, Number(from), Number(to))
    if (times > mostRepeated) return 'an expression that is repeated too often'
  }
  return undefined
}

/** Why an expression takes too long where every way in which it may fit is tried: a choice, or what is repeated, is repeated again. */
export function nestingFault(expression: string): string | undefined {
  return /\((?:\\.|[^()\\])*[*+|](?:\\.|[^()\\])*\)[*+]/.test(expression)
    ? 'an expression that may take too long'
    : undefined
}

/** Why an expression takes too long: what it repeats is to come again in the same words, of which every division is tried. */
export function recurrenceFault(expression: string): string | undefined {
  const again = expression.match(/\\[1-9]/g)?.length ?? 0
  const repeated = expression.match(/[*+]|\{\d*,/g)?.length ?? 0
  return again > 0 && again + repeated > 3 ? 'an expression that may take too long' : undefined
}
