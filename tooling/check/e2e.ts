import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

import { environment, root } from './root.ts'

/** The programs of a browser, as the tests look for them. */
const browsers = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']

const path = (process.env['PATH'] ?? '').split(delimiter)
const found = browsers.flatMap((name) => path.map((folder) => join(folder, name))).find(isProgram)
const browser = found !== undefined || process.platform !== 'linux'
if (browser) console.log(`e2e with ${found ?? 'the installed browser'}`)
else
  console.warn('SKIPPED in a browser: there is no Chromium or Chrome on the PATH. apt-get install chromium')
// Pages are tested as they are published.
const build = spawnSync(
  'turbo',
  ['run', 'build', '--filter=@keepup/dashboard', '--output-logs=errors-only'],
  {
    cwd: root,
    env: environment,
    stdio: 'inherit',
  },
)
// One file after the other: browsers that compete for the processor are slow, and slow pages are told as such.
const filters = ['.e2e.test.ts', ...(browser ? ['test/computer'] : [])]
const args = ['run', '--no-file-parallelism', ...filters, ...process.argv.slice(2)]
const { status } = spawnSync('vitest', args, {
  cwd: root,
  env: { ...environment, KEEPUP_E2E: '1' },
  stdio: 'inherit',
})
process.exitCode = build.status === 0 ? (status ?? 1) : 1

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
