import type { Finding } from './finding.ts'

/** @limit How many findings are shown. */
const mostFindings = 50

/** Findings, worst first, with a note where more were left out. */
export function describeFindings(
  findings: readonly Finding[],
  most: number = mostFindings,
): readonly string[] {
  const order = ['error', 'warning', 'information', 'hint']
  const sorted = findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
  const left = sorted.length - most
  const lines = sorted.slice(0, most).map((finding) => describeFinding(finding))
  return left > 0 ? [...lines, `[${left} more findings are not shown]`] : lines
}

/** A finding in one line: `src/a.ts:3:7 error TS2322 Type ... (typescript)`. */
function describeFinding({ path, line, column, severity, code, source, message }: Finding): string {
  const rule = code === undefined ? '' : ` ${code}`
  return `${path}:${line}:${column} ${severity}${rule} ${firstLines(message)} (${source})`
}

/** Enough of a message to act on. */
function firstLines(message: string): string {
  const text = message.trim().replaceAll(/\s*\n\s*/g, ' ')
  return text.length > 500 ? `${text.slice(0, 500)}…` : text
}
