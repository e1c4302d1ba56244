/** What an error of the expression language says, without its drawing of the source, and the character that it points to. */
export function describeError(error: unknown): { readonly summary: string; readonly at: number } {
  if (!(error instanceof Error)) return { summary: String(error), at: 0 }
  const summary = 'summary' in error && typeof error.summary === 'string' ? error.summary : error.message
  const range: unknown = 'range' in error ? error.range : undefined
  const start: unknown = typeof range === 'object' && range !== null && 'start' in range ? range.start : 0
  return {
    summary: summary.split('\n', 1).join('').replaceAll('$', ''),
    at: typeof start === 'number' ? start : 0,
  }
}
