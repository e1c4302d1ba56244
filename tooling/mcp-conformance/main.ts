import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { listScenarios, runRequirements, runScenario, type Suite } from './suite.ts'

/**
 * Every client scenario of both suites, one after the other, then the frozen requirement sets of both revisions. Names given on the command line narrow it to
 * the scenarios that contain one of them. Ends with 1 where anything failed, warned, or proved nothing.
 */
const suites: readonly (Suite & { readonly expected: number })[] = [
  { name: '0.2.0-alpha.12', packageName: '@modelcontextprotocol/conformance', expected: 48 },
  { name: '0.1.16', packageName: 'mcp-conformance-older', expected: 26 },
]
/** In seconds: what takes longer is said. */
const slow = 10
const wanted = process.argv.slice(2)
const results = mkdtempSync(join(tmpdir(), 'keepup-mcp-conformance-'))
const failed: string[] = []

for (const suite of suites) {
  const scenarios = await listScenarios(suite)
  if (scenarios.length !== suite.expected) failed.push(`${suite.name} lists ${scenarios.length} scenarios`)
  const chosen = scenarios.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  let passed = 0
  let checks = 0
  for (const scenario of chosen) {
    const started = performance.now()
    const verdict = await runScenario(suite, scenario, results)
    const seconds = Math.round((performance.now() - started) / 1_000)
    if (seconds >= slow) console.log(`${suite.name} ${scenario} took ${seconds} s`)
    checks += verdict.successes
    if (verdict.problem === undefined) passed++
    else failed.push(`${suite.name} ${scenario}: ${verdict.problem}`)
  }
  console.log(`${suite.name}: ${passed} of ${chosen.length} client scenarios, ${checks} checks`)
}
const [newest] = suites
for (const revision of wanted.length === 0 && newest !== undefined ? ['2025-11-25', '2026-07-28'] : []) {
  if (newest === undefined) continue
  const problem = await runRequirements(newest, revision, results)
  console.log(`requirements of ${revision}: ${problem ?? 'met'}`)
  if (problem !== undefined) failed.push(`requirements of ${revision}: ${problem}`)
}
if (failed.length === 0) rmSync(results, { recursive: true, force: true })
else console.error(`FAILED:\n${failed.join('\n')}\nDetails are in ${results}`)
process.exitCode = failed.length === 0 ? 0 : 1
