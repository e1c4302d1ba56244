import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'

import { KeepupError } from '@keepup/core'

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']

const elsewhere: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
}

/**
 * The path of an installed Chromium or Chrome: on the PATH (its relative folders are passed over: what lies there may be of the project), where the system
 * keeps programs, or where Playwright put one (`installed`). Fails `not-supported` with how to get one.
 */
export async function findBrowser(
  installed?: () => string,
  path: string = process.env['PATH'] ?? '',
): Promise<string> {
  const folders = path.split(delimiter).filter((folder) => isAbsolute(folder))
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const candidates = [
    ...names.flatMap((name) => folders.map((folder) => join(folder, `${name}${suffix}`))),
    ...(elsewhere[process.platform] ?? []),
    ...ownOf(installed),
  ]
  for (const candidate of candidates) if (await isProgram(candidate)) return candidate
  throw new KeepupError(
    'not-supported',
    'No Chromium or Chrome was found. Install one (`apt-get install chromium`, `npx playwright-core install --with-deps chromium`), or name its program as `executable`.',
  )
}

/** Playwright throws where it has none for this system. */
function ownOf(installed: (() => string) | undefined): readonly string[] {
  try {
    const path = installed?.() ?? ''
    return path === '' ? [] : [path]
  } catch {
    return []
  }
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
