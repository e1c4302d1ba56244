import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

import { environment, root } from './root.ts'

/** How long one example may take, and all of them. In milliseconds. */
const longest = 60_000
const longestOfAll = 300_000

// Runs each example in a process of its own and holds what it prints against examples/expected; `--write` takes what it prints as what is expected.
const folder = join(root, 'examples')
const [only] = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const started = performance.now()
let failed = 0
for (const program of globSync('*.ts', { cwd: folder }).toSorted()) {
  if (only !== undefined && !program.includes(only)) continue
  const left = longestOfAll - (performance.now() - started)
  const begun = performance.now()
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    ['--conditions=@keepup/source', join(folder, program)],
    { env: environment, encoding: 'utf8', timeout: Math.max(1, Math.min(longest, left)) },
  )
  const file = join(folder, 'expected', `${basename(program, '.ts')}.txt`)
  if (process.argv.includes('--write')) writeFileSync(file, stdout)
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  const expected = readFileSync(file, 'utf8')
  if (status === 0 && stdout === expected) {
    console.log(`ok   ${seconds.padStart(6)} s  ${program}`)
    continue
  }
  failed += 1
  console.log(`FAIL ${seconds.padStart(6)} s  ${program}: ${error?.message ?? `exit code ${String(status)}`}`)
  console.log(`--- expected\n${expected}--- printed\n${stdout}${stderr}`)
}
process.exitCode = failed === 0 ? 0 : 1
