import { describeFindings } from '../findings/describe-findings.ts'
import type { DiagnosticsReport } from './diagnose-files.ts'
import type { ServerAnswer } from './server-answer.ts'

/** What a model is told of the servers that did not answer, one line each. */
export function describeServers(servers: readonly ServerAnswer[]): readonly string[] {
  const lines = servers
    .filter(({ state }) => state !== 'answered')
    .map(
      ({ server, state, message }) => `[${server}: ${state}${message === undefined ? '' : `, ${message}`}]`,
    )
  return [...new Set(lines)]
}

/** A report as a model reads it. What was not looked at is never called fine. */
export function describeReport({ findings, servers, complete }: DiagnosticsReport, none: string): string {
  const lines = [...describeFindings(findings), ...describeServers(servers)]
  if (findings.length === 0 && complete) return none
  if (servers.length === 0)
    lines.push('[no language server is known for this kind of file: nothing was checked]')
  else if (!complete) lines.push('[not everything was checked: this may not be all]')
  return lines.join('\n')
}
