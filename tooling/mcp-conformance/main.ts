import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { runServerScenarios } from './run-server-scenarios.ts'
import { listRequired, listScenarios, runScenario, type Suite } from './suite.ts'

/**
 * Every client scenario of both suites, and what both revisions require, over the protocol of each; then the server scenarios that apply to what keepup serves:
 * one scenario after the other. Names given on the command line narrow it to the scenarios that contain one of them. Ends with 1 where anything failed, warned, or proved nothing.
 */
const newest: Suite = { name: '0.2.0-alpha.12', packageName: '@modelcontextprotocol/conformance' }
const older: Suite = { name: '0.1.16', packageName: 'mcp-conformance-older' }
/** In seconds: what takes longer is said. */
const slow = 20

const runs: readonly Run[] = [
  { suite: newest, expected: 48, names: () => listScenarios(newest) },
  { suite: older, expected: 26, names: () => listScenarios(older) },
  ...['2025-11-25', '2026-07-28'].map((revision) => ({
    suite: newest,
    revision,
    expected: revision === '2025-11-25' ? 18 : 32,
    names: () => listRequired(newest, revision),
  })),
]

interface Run {
  readonly suite: Suite
  readonly revision?: string
  /** How many scenarios there are: one that is not listed any more must not pass unseen. */
  readonly expected: number
  readonly names: () => Promise<readonly string[]>
}

const wanted = process.argv.slice(2)
const results = mkdtempSync(join(tmpdir(), 'keepup-mcp-conformance-'))
const failed: string[] = []
for (const run of runs) await runAll(run)
failed.push(...(await runServerScenarios([newest, older], { results, wanted })))
if (failed.length === 0) rmSync(results, { recursive: true, force: true })
else console.error(`FAILED:\n${failed.join('\n')}\nDetails are in ${results}`)
process.exitCode = failed.length === 0 ? 0 : 1

async function runAll({ suite, revision, expected, names }: Run): Promise<void> {
  const title = revision === undefined ? suite.name : `what ${revision} requires`
  const listed = await names()
  if (listed.length !== expected) failed.push(`${title}: ${listed.length} scenarios in place of ${expected}`)
  const chosen = listed.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  let passed = 0
  let checks = 0
  for (const scenario of chosen) {
    const started = performance.now()
    const place = revision === undefined ? { results } : { results, revision }
    const { successes, problem } = await runScenario(suite, scenario, place)
    const seconds = Math.round((performance.now() - started) / 1_000)
    if (seconds >= slow) console.log(`${title}: ${scenario} took ${seconds} s`)
    checks += successes
    if (problem === undefined) passed++
    else failed.push(`${title}: ${scenario}: ${problem}`)
  }
  console.log(`${title}: ${passed} of ${chosen.length} client scenarios, ${checks} checks`)
}
