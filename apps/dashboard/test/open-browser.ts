import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

import { type Browser, chromium, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** A browser of this machine; nothing where there is none. */
export const program = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find((file) => {
    try {
      accessSync(file, constants.X_OK)
      return true
    } catch {
      return false
    }
  })

let browser: Browser | undefined

/** Closes the browser, if one was opened. */
export async function closeBrowser(): Promise<void> {
  await browser?.close()
  browser = undefined
}

/** Opens an address in a window of its own, and fails the test where the page reports an error or asks anything of another server. */
export async function openPage(
  address: string,
  theme: 'light' | 'dark' = 'light',
): Promise<Page & { readonly troubles: string[] }> {
  browser ??= await chromium.launch({
    ...(program === undefined ? {} : { executablePath: program }),
    // Names that end in .test are this machine: what an attacker's name server would say.
    args: ['--no-sandbox', '--host-resolver-rules=MAP *.test 127.0.0.1'],
  })
  const context = await browser.newContext({ colorScheme: theme, viewport: { width: 1280, height: 800 } })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('request', (request) => {
    if (new URL(request.url()).host !== new URL(address).host) troubles.push(request.url())
  })
  await page.goto(address)
  return Object.assign(page, { troubles })
}
