import { diffArrays } from 'diff'

/** An update of a file by a patch of this format, with so many lines of context around each change; `undefined` where nothing changes. */
export function updateSection(
  path: string,
  before: string,
  after: string,
  context: number,
): string | undefined {
  const lines = diffArrays(linesOf(before), linesOf(after)).flatMap(({ added, removed, value }) =>
    value.map((text) => ({ sign: added ? '+' : removed ? '-' : ' ', text })),
  )
  const shown = lines.map((_, at) =>
    lines.slice(Math.max(0, at - context), at + context + 1).some(({ sign }) => sign !== ' '),
  )
  if (!shown.includes(true)) return undefined
  const chunks: string[] = []
  for (const [at, { sign, text }] of lines.entries()) {
    if (shown[at] !== true) continue
    if (shown[at - 1] !== true) chunks.push('@@')
    chunks.push(sign + text)
    if (at === lines.length - 1) chunks.push('*** End of File')
  }
  return [`*** Update File: ${path}`, ...chunks].join('\n')
}

function linesOf(text: string): string[] {
  const lines = text.split('\n')
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}
