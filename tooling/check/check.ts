import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { consumerPhase } from './consumer-phase.ts'
import { wasGreen } from './green-tests.ts'
import { packPhase, publintPhase, typesPhase } from './package-phases.ts'
import { commandPhase, type Phase, runPhases } from './phase.ts'
import { root } from './root.ts'
import { runTests } from './run-tests.ts'
import { sitePhase } from './site-phase.ts'
import { treeHash } from './tree-hash.ts'

const tests: Phase = {
  name: 'tests',
  run: async () => {
    if (wasGreen(root, treeHash(root)))
      return { passed: true, output: '', remark: 'passed before, on exactly this tree' }
    return { passed: runTests(root, []) === 0, output: 'see above' }
  },
}

const tarballs = mkdtempSync(join(tmpdir(), 'keepup-check-'))
const phases: readonly Phase[] = [
  commandPhase('format', 'oxfmt', '--check'),
  commandPhase('lint', 'oxlint', '--quiet'),
  commandPhase('types', 'tsc'),
  tests,
  commandPhase('build', 'turbo', 'run', 'build', '--continue', '--output-logs=errors-only'),
  commandPhase('unused files, exports, dependencies (knip)', 'knip', '--no-progress'),
  commandPhase('manifests agree (sherif)', 'sherif'),
  commandPhase('imports are declared (turbo boundaries)', 'turbo', 'boundaries'),
  sitePhase,
  packPhase(tarballs),
  publintPhase(tarballs),
  typesPhase(tarballs),
  consumerPhase(tarballs),
]

const started = performance.now()
const failed = await runPhases(phases).finally(() => rmSync(tarballs, { recursive: true, force: true }))
const seconds = ((performance.now() - started) / 1000).toFixed(0)
console.log(
  failed.length === 0 ? `check passed in ${seconds} s` : `check failed in ${seconds} s: ${failed.join(', ')}`,
)
process.exitCode = failed.length === 0 ? 0 : 1
