import { memoryCheckpointer } from '@keepup/checkpoint'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'

import { accessible, missing, picture } from './look-at.ts'
import { closeBrowser, openPage } from './open-browser.ts'
import { sampleDesks, sampleTraces } from './sample-desks.ts'
import { writeSamples } from './sample-threads.ts'
import { hostile, serve, type Served, token } from './serve.ts'

if (missing !== undefined) console.warn(`SKIPPED: ${missing}`)

afterAll(closeBrowser)

/** A server with something in every view. */
async function serveSamples(): Promise<Served & { readonly said: readonly unknown[] }> {
  const checkpointer = memoryCheckpointer()
  await writeSamples(checkpointer)
  const { parts, said } = sampleDesks()
  const served = await serve([{ text: 'One.' }, { text: 'Another.' }], checkpointer, parts)
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const sent = await fetch(`${served.url}/v1/traces`, {
    method: 'POST',
    headers,
    body: JSON.stringify(sampleTraces),
  })
  expect(sent.status).toBe(200)
  return { ...served, said }
}

/** What a person does in each view, ending where it is worth a picture. */
const walks: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  async procedure(page) {
    await page.getByRole('link', { name: 'mend', exact: true }).click()
    await page.getByRole('link', { name: 'Procedure' }).click()
    await page
      .getByRole('region', { name: 'Phases of implement' })
      .getByText('review', { exact: true })
      .waitFor()
    await page.getByRole('row', { name: /green tests command leave passed 48 tests passed/ }).waitFor()
  },
  async graph(page) {
    await page.keyboard.press('t')
    await page.getByRole('link', { name: 'release', exact: true }).click()
    await page.getByRole('link', { name: 'Graph' }).click()
    await page.getByRole('row', { name: /^check done ×2/ }).waitFor()
    await page.getByRole('row', { name: /waiting for person/ }).waitFor()
  },
  async origins(page) {
    await page.keyboard.press('t')
    await page.getByRole('link', { name: 'bills', exact: true }).click()
    await page.getByRole('link', { name: 'Origins' }).click()
    await page.getByLabel('Argument', { exact: true }).selectOption('/to')
    await page.getByText('Money goes where others wrote that it should.').waitFor()
    await page.getByText('Please pay to DE89 3704').waitFor()
  },
  async memory(page) {
    await page.keyboard.press('m')
    await page.getByRole('button', { name: 'Remember' }).click()
    await page.getByText('It holds from now on.').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('button', { name: 'Remember' }).waitFor()
    await page.getByRole('button', { name: 'Tests run with pnpm' }).click()
    await page.getByRole('region', { name: 'Where it comes from' }).getByText('nobody pinned it').waitFor()
  },
  async servers(page) {
    await page.keyboard.press('s')
    await page.getByText('+ Writes an issue. First call read_file').waitFor()
    await page.getByText('2 tools, 1 pinned').click()
    await page.getByText('6f1c0a4be91d').waitFor()
  },
  async mail(page) {
    await page.keyboard.press('l')
    await page.getByRole('link', { name: 'payments' }).click()
    await page
      .getByRole('listitem', { name: 'Dead letter invoice-7' })
      .getByRole('button', { name: 'Redrive' })
      .click()
    await page.getByText('Dead letters (1)').waitFor()
  },
  async traces(page) {
    await page.keyboard.press('r')
    await page.getByRole('link', { name: 'invoke_agent researcher' }).click()
    const spans = page.getByRole('listbox', { name: 'Spans' })
    await spans.focus()
    for (const key of ['Home', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key)
    await page.getByRole('region', { name: 'The chosen row' }).getByText('execute_tool search').waitFor()
    await spans.getByRole('option').nth(4).waitFor()
  },
}

describe.skipIf(missing !== undefined)('the other views', { timeout: 90_000 }, () => {
  test.each(['light', 'dark'] as const)(
    'can be used by keyboard and by a reader of screens, and hold names that would do harm, %s',
    async (theme) => {
      const served = await serveSamples()
      const page = await openPage(served.address, theme)
      await page.getByRole('heading', { name: 'Threads' }).waitFor()
      for (const [name, walk] of Object.entries(walks)) {
        await walk(page)
        await accessible(page)
        await picture(page, `${name}-${theme}`)
      }
      expect(served.said).toEqual([
        ['m4', 'approve'],
        ['undo', 13],
        ['redrive', 'payments', ['invoice-7']],
      ])
      expect(await page.title()).toBe('keepup')
      expect(page.troubles).toEqual([])
    },
  )

  test.each(['light', 'dark'] as const)('forks are compared, replayed and searched, %s', async (theme) => {
    const served = await serveSamples()
    const page = await openPage(served.address, theme)
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const post = (path: string, body: object): Promise<Response> =>
      fetch(`${served.url}/api${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    await post('/threads/first/runs', { input: 'Which one?' })
    await page.goto(`${served.url}/#/threads/first/forks`)
    await page.getByText('at rest').waitFor()
    await page.getByText('Nobody forked this thread').waitFor()
    await post('/threads/first/fork', { at: 2, to: 'second', message: 'And else?' })
    await post('/threads/second/runs', {})
    await page.goto(`${served.url}/#/threads/second/forks`)
    await page.goto(`${served.url}/#/threads/first/forks`)
    await page.getByRole('row', { name: /second .* Another\./ }).waitFor()
    await page.getByRole('button', { name: 'Replay without spending' }).click()
    await page.getByText('executed again: byte-identical').waitFor()
    await page.getByRole('button', { name: 'Begin the search' }).click()
    const found = page.getByText('First wrong at checkpoint')
    const wrong = page.getByRole('button', { name: 'It is wrong here' })
    // The first checkpoint is the first wrong one, where each is.
    for (;;) {
      await found.or(wrong).first().waitFor()
      if (await found.isVisible()) break
      await wrong.click()
    }
    await page.getByRole('link', { name: '1', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Tag it first-wrong' }).click()
    await page.getByText('Tagged 1 as first-wrong.').waitFor()
    await accessible(page)
    await picture(page, `forks-${theme}`)
    expect(page.troubles).toEqual([])
  })

  test('what the server was started without is told as that, and nothing breaks', async () => {
    const served = await serve()
    const page = await openPage(served.address)
    for (const [view, text] of [
      ['memory', 'started without a memory'],
      ['servers', 'started without servers of MCP'],
      ['mail', 'started without the mailboxes'],
      ['traces', 'Nothing was sent yet'],
    ] as const) {
      await page.goto(`${served.url}/#/${view}`)
      await page.getByText(text).waitFor()
    }
    await accessible(page)
    await page.goto(`${served.url}/#/traces/${encodeURIComponent(hostile)}`)
    await page.getByRole('alert').waitFor()
    expect(await page.title()).toBe('keepup')
    expect(page.troubles).toEqual([])
  })
})
