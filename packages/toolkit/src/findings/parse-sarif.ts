import { fileURLToPath } from 'node:url'

import type { Finding, Severity } from './finding.ts'

const severities: Readonly<Record<string, Severity>> = {
  error: 'error',
  warning: 'warning',
  note: 'information',
  none: 'hint',
}

/** Reads SARIF 2.1.0: the results of every run, without those that are suppressed or did not fail. Throws where it is none. */
export function parseSarif(value: unknown, source: string): readonly Finding[] {
  const { runs } = record(value)
  if (!Array.isArray(runs)) throw new Error('it is no SARIF log: it has no runs')
  return runs.flatMap((run: unknown) => {
    const { results, tool } = record(run)
    const { name } = record(record(tool)['driver'])
    return list(results)
      .filter((result) => isOpen(record(result)))
      .map((result) => findingOf(record(result), typeof name === 'string' ? name : source))
  })
}

/** `kind` is `fail` when left out (3.27.9); suppressed results carry the reasons (3.27.23). */
function isOpen({ kind, suppressions }: Readonly<Record<string, unknown>>): boolean {
  const accepted = list(suppressions).some((one) => (record(one)['status'] ?? 'accepted') === 'accepted')
  return !accepted && (kind === undefined || kind === 'fail')
}

function findingOf(result: Readonly<Record<string, unknown>>, source: string): Finding {
  const { ruleId, rule, level, message, locations } = result
  const { artifactLocation, region } = record(record(list(locations)[0])['physicalLocation'])
  const { startLine, startColumn } = record(region)
  const code = ruleId ?? record(rule)['id']
  const { text, markdown } = record(message)
  return {
    path: pathFrom(record(artifactLocation)['uri']),
    line: count(startLine),
    column: count(startColumn),
    // `warning` is the default (3.27.10).
    severity: severities[String(level)] ?? 'warning',
    source,
    message: [text, markdown].find((words) => typeof words === 'string') ?? '',
    ...(typeof code === 'string' ? { code } : {}),
  }
}

function pathFrom(uri: unknown): string {
  if (typeof uri !== 'string') return ''
  if (uri.startsWith('file:')) return fileURLToPath(uri)
  try {
    return decodeURIComponent(uri)
  } catch {
    return uri
  }
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Any object can be looked at by key. */
function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 ? value : 1
}
