import { currentOwner, memoryCheckpointer } from '@keepup/checkpoint'
import type { NewEntry } from '@keepup/core'
import { afterAll, describe, expect, test } from 'vitest'

import { accessible, ask, missing, picture } from './look-at.ts'
import { closeBrowser, openPage } from './open-browser.ts'
import { hostile, serve, token } from './serve.ts'

if (missing !== undefined) console.warn(`SKIPPED: ${missing}`)

afterAll(closeBrowser)

describe.skipIf(missing !== undefined)('the dashboard', { timeout: 60_000 }, () => {
  test.each(['light', 'dark'] as const)(
    'shows a run live, by keyboard, with nothing to object to for a reader of screens, %s',
    async (theme) => {
      const served = await serve([
        { calls: [{ name: 'look', input: { for: hostile } }] },
        { text: `It says: ${hostile}` },
        { text: 'Something else.' },
      ])
      const page = await openPage(served.address, theme)
      expect(page.url()).not.toContain(token)
      await page.getByText('There are no threads yet').waitFor()
      await accessible(page)
      await ask(served, '/threads/first/runs', { input: `Look: ${hostile}` })
      await page.getByRole('link', { name: 'first' }).click()
      await page.getByRole('option').filter({ hasText: 'look' }).first().waitFor()
      await page.getByText('at rest').waitFor()
      const list = page.getByRole('listbox', { name: 'Timeline' })
      await list.focus()
      for (const key of ['End', 'Home', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key)
      await page
        .getByRole('region', { name: /^Entry/ })
        .first()
        .waitFor()
      await accessible(page)
      await picture(page, `timeline-${theme}`)
      await page.keyboard.press('Enter')
      await page.getByText('What the agent remembers here').waitFor()
      await page.getByLabel('Checkpoint').focus()
      await page.keyboard.press('End')
      await page.getByRole('region', { name: 'State' }).getByText('"status": "finished"').waitFor()
      await page.getByLabel('Compare with').selectOption({ index: 1 })
      await page.getByText(/messages the same/).waitFor()
      await accessible(page)
      await picture(page, `past-${theme}`)
      await page.getByLabel('Fork as').fill('second')
      await page.getByLabel('and tell it instead').fill('And now?')
      await page.getByRole('button', { name: 'Fork from here' }).click()
      await page.getByRole('heading', { name: 'second' }).waitFor()
      await page.getByRole('option').filter({ hasText: 'Something else.' }).waitFor()
      await page.getByRole('link', { name: 'Usage' }).click()
      await page.getByText('Model calls').waitFor()
      await accessible(page)
      await picture(page, `usage-${theme}`)
      await page.getByRole('link', { name: 'Agents' }).click()
      await page.getByText('started no agents').waitFor()
      await picture(page, `agents-${theme}`)
      await page.keyboard.press('?')
      await page.getByRole('heading', { name: 'Help' }).waitFor()
      await picture(page, `help-${theme}`)
      await accessible(page)
      await page.keyboard.press('t')
      await page.getByRole('link', { name: 'first', exact: true }).waitFor()
      await picture(page, `threads-${theme}`)
      expect(await page.title()).toBe('keepup')
      expect(page.troubles).toEqual([])
    },
  )

  test('a question is answered in one browser and closes in the other', async () => {
    const served = await serve([{ calls: [{ name: 'delete', input: { path: '/x' } }] }, { text: 'Gone.' }])
    const [one, other] = [await openPage(served.address), await openPage(served.address)]
    await ask(served, '/threads/risky/runs', { input: 'delete it' })
    for (const page of [one, other]) {
      await page.keyboard.press('a')
      await page.getByRole('button', { name: 'Allow once' }).waitFor()
    }
    await accessible(one)
    await picture(one, 'approvals-light')
    await one.keyboard.press('d')
    await accessible(one)
    await picture(one, 'approvals-dark')
    await one.getByRole('button', { name: 'Allow once' }).click()
    for (const page of [one, other]) await page.getByText('Nobody waits for an answer').waitFor()
    await one.goto(`${served.url}/#/threads/risky/timeline`)
    await one.getByRole('option').filter({ hasText: 'Gone.' }).waitFor()
    expect([...one.troubles, ...other.troubles]).toEqual([])
  })

  test('who has another token, or none, sees nothing', async () => {
    const served = await serve()
    const page = await openPage(`${served.url}/#token=guess`)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await accessible(page)
    await page.getByLabel('Token').fill(token)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Threads' }).waitFor()
    expect(page.url()).not.toContain('token')
  })

  test('ten thousand entries are few rows and no long wait', async () => {
    const checkpointer = memoryCheckpointer()
    const lease = await checkpointer.lease('long', currentOwner('writer'), 60_000)
    const noted = (time: number): NewEntry => ({
      type: 'note-taken',
      version: 1,
      critical: false,
      time,
      by: 'user',
      data: { time },
    })
    for (let after = 0; after < 10_000; after += 1000) {
      const entries = Array.from({ length: 1000 }, (_, index) => noted(after + index))
      await checkpointer.commit({
        appends: [{ thread: 'long', after, lease: lease.token, entries }],
        flush: 'process',
      })
    }
    await lease[Symbol.asyncDispose]()
    const served = await serve([], checkpointer)
    const page = await openPage(served.address)
    await page.goto(`${served.url}/#/threads/long/timeline`)
    await page.getByText('10000 rows').waitFor()
    const list = page.getByRole('listbox', { name: 'Timeline' })
    await list.focus()
    for (const key of ['End', 'PageUp', 'Home', 'PageDown']) {
      await page.keyboard.press(key)
      expect(await page.getByRole('option').count()).toBeLessThanOrEqual(300)
    }
    await page.keyboard.press('End')
    await page.locator('[role=option][aria-posinset="10000"]').waitFor()
    expect(page.troubles).toEqual([])
  })
})
