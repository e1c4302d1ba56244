import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { startPostgres } from '@keepup/vitest/postgres-server'

import { environment, root } from './root.ts'

/** How long one example may take, and all of them. In milliseconds. */
const longest = 60_000
const longestOfAll = 300_000

// Runs each example, and each template (a folder with a main.ts), in a process of its own and holds what it prints against examples/expected; `--write` takes what it prints as what is expected.
const folder = join(root, 'examples')
const [only] = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const started = performance.now()
let failed = 0
const programs = globSync(['*.ts', '*/main.ts'], { cwd: folder, exclude: ['node_modules'] })
  .toSorted()
  .filter((program) => only === undefined || program.includes(only))
const place = mkdtempSync(join(tmpdir(), 'keepup-examples-'))
// Only one of them needs a server.
const postgres = programs.some((program) => program.startsWith('postgres/'))
  ? await startPostgres()
  : undefined
for (const program of programs) {
  const name = program.endsWith('/main.ts') ? dirname(program) : program.replace(/\.ts$/, '')
  const own = { DATABASE: join(place, `${name}.db`), FOLDER: place, DATABASE_URL: postgres?.url }
  const left = longestOfAll - (performance.now() - started)
  const begun = performance.now()
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    ['--conditions=@keepup/source', join(folder, program)],
    { env: { ...environment, ...own }, encoding: 'utf8', timeout: Math.max(1, Math.min(longest, left)) },
  )
  const file = join(folder, 'expected', `${name}.txt`)
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
await postgres?.stop()
rmSync(place, { recursive: true, force: true })
process.exitCode = failed === 0 ? 0 : 1
