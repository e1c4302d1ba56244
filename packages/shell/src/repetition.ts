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
