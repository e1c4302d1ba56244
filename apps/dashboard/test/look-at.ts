import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

import { program } from './open-browser.ts'
import { built, forPictures, type Served, token } from './serve.ts'
import { smallPng } from './small-png.ts'

/** Why nothing can be looked at here; nothing where everything can. */
export const missing =
  program === undefined
    ? 'there is no Chromium'
    : built
      ? undefined
      : 'the pages were not built: turbo run build'

/** Takes pictures for the documentation, where somebody wants them. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!forPictures) return
  const folder = fileURLToPath(new URL('../../../docs/images/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}${name}.png`, smallPng(await page.screenshot()))
}

/** Holds a page to what readers of screens need (WCAG, as axe checks it). */
export async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`),
  ).toEqual([])
}

/** Asks a server with the token. */
export async function ask(served: Served, path: string, body: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return fetch(`${served.url}/api${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}
