import { findingLine } from '../findings/finding.ts'
import type { Evidence } from './evidence.ts'

const mostFindings = 20

/** What an agent is told of gates that did not pass. */
export function feedbackOf(evidence: readonly Evidence[], how: 'findings' | 'full'): string {
  return evidence
    .filter(({ outcome }) => outcome !== 'passed')
    .map((each) => [`- ${each.gate}: ${each.reason}`, ...details(each, how)].join('\n'))
    .join('\n')
}

function details(
  { findings = [], found = 0, command }: Evidence,
  how: 'findings' | 'full',
): readonly string[] {
  const lines = findings.slice(0, mostFindings).map((finding) => `  ${findingLine(finding)}`)
  const more = found > lines.length && lines.length > 0 ? [`  and ${found - lines.length} more`] : []
  const tail = command === undefined ? '' : command.tail.slice(how === 'full' ? -4_000 : -1_200).trim()
  if (tail === '' || (how === 'findings' && lines.length > 0)) return [...lines, ...more]
  return [...lines, ...more, `  It printed at its end:\n${tail.replaceAll(/^/gm, '  | ')}`]
}
