import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

import { environment, root } from './root.ts'

/** The programs of a browser, as the tests look for them. */
const browsers = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']

const path = (process.env['PATH'] ?? '').split(delimiter)
const found = browsers.flatMap((name) => path.map((folder) => join(folder, name))).find(isProgram)
if (found === undefined && process.platform === 'linux') {
  console.warn('SKIPPED: there is no Chromium or Chrome on the PATH. Install one: apt-get install chromium')
} else {
  console.log(`e2e with ${found ?? 'the installed browser'}`)
  // One file after the other: browsers that compete for the processor are slow, and slow pages are told as such.
  const args = ['run', '--no-file-parallelism', 'test/computer', ...process.argv.slice(2)]
  const { status } = spawnSync('vitest', args, {
    cwd: root,
    env: { ...environment, KEEPUP_E2E: '1' },
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
