import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { publishedPackages } from './published-packages.ts'
import { environment, root } from './root.ts'

/** A package passes with more than this share of its lines run by the tests, in percent. */
const threshold = 85

interface Lines {
  readonly lines: { readonly total: number; readonly covered: number }
}

const reports = ['--coverage', '--coverage.reporter=json-summary', '--coverage.reportOnFailure']
const args = ['run', ...reports, ...process.argv.slice(2)]
// Where there is a browser, what drives it counts too.
const env = { ...environment, KEEPUP_E2E: '1' }
const { status } = spawnSync('vitest', args, { cwd: root, env, stdio: 'inherit' })

const summary = JSON.parse(readFileSync(join(root, 'coverage/coverage-summary.json'), 'utf8')) as Record<
  string,
  Lines
>
const low = publishedPackages().filter(({ name, folder }) => {
  const { total, covered } = linesBelow(join(root, folder, 'src'))
  const percent = total === 0 ? 0 : (100 * covered) / total
  const passed = percent > threshold
  console.log(
    `${passed ? 'ok  ' : 'LOW '} ${percent.toFixed(1).padStart(5)} %  ${covered}/${total} lines  ${name}`,
  )
  return !passed
})
if (low.length > 0)
  console.log(`at or below ${threshold} % of lines: ${low.map(({ name }) => name).join(', ')}`)
process.exitCode = status === 0 && low.length === 0 ? 0 : 1

function linesBelow(folder: string): { total: number; covered: number } {
  const sum = { total: 0, covered: 0 }
  for (const [file, { lines }] of Object.entries(summary)) {
    if (!file.startsWith(`${folder}/`)) continue
    sum.total += lines.total
    sum.covered += lines.covered
  }
  return sum
}
