import { KeepupError } from '@keepup/core'
import type { BrowserType } from 'playwright-core'

/** Playwright's Chromium. Needs the package `playwright-core`; fails `not-supported` without it. */
export async function loadChromium(): Promise<BrowserType> {
  try {
    const { chromium } = await import('playwright-core')
    return chromium
  } catch (cause) {
    throw new KeepupError(
      'not-supported',
      'The package that drives the browser is missing. Install it with `npm install playwright-core@1.65.1`.',
      { cause },
    )
  }
}
