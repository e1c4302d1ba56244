import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

import { environment, root } from './root.ts'

/** The programs of a browser, as the tests look for them. */
const browsers = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']

/** Whose tests drive one. */
const browserRooms = ['dashboard', 'toolkit']

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
const own = process.argv.slice(2)
// Browsers that compete for the processor are slow, and slow pages are told as such: one file after the other. Whole programs wait for each other and for time.
const withoutBrowsers = browserRooms.map((name) => `--project=!${name}`)
const withBrowsers = browserRooms.map((name) => `--project=${name}`)
const programs = run('.e2e.test.ts', ...withoutBrowsers, ...own)
const pages = run(
  '.e2e.test.ts',
  ...(browser ? ['test/computer'] : []),
  ...withBrowsers,
  '--no-file-parallelism',
  ...own,
)
process.exitCode = build.status === 0 && programs === 0 && pages === 0 ? 0 : 1

function run(...args: readonly string[]): number {
  const { status } = spawnSync('vitest', ['run', '--passWithNoTests', ...args], {
    cwd: root,
    env: { ...environment, KEEPUP_E2E: '1' },
    stdio: 'inherit',
  })
  return status ?? 1
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
