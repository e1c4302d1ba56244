import type { Milliseconds } from '@keepup/core'

import type { Check } from '../findings/check.ts'
import type { Severity } from '../findings/finding.ts'
import type { CodeIntelligence } from './code-intelligence.ts'
import { describeServers } from './describe-answers.ts'

/** Language servers as a check, for a rollback. Findings of other severities are left out: errors alone when `severities` is. */
export function diagnosticsCheck(
  intelligence: CodeIntelligence,
  {
    wait = 10_000,
    severities = ['error'],
  }: { readonly wait?: Milliseconds; readonly severities?: readonly Severity[] } = {},
): Check {
  return {
    name: 'diagnostics',
    scope: 'files',
    effects: [{ kind: 'read', target: intelligence.root }],
    async run(paths, signal) {
      const known = paths.filter((path) => intelligence.commandsFor(path).length > 0)
      const report = await intelligence.diagnostics(known, { wait, signal })
      if (!report.complete) {
        const told = describeServers(report.servers).join(' ')
        return { type: 'unknown', reason: told === '' ? 'no language server is known for these files' : told }
      }
      return {
        type: 'checked',
        findings: report.findings.filter(({ severity }) => severities.includes(severity)),
      }
    },
  }
}
