import { randomUUID } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import { browse, hasBrowser, marked, said, serve } from './browser-place.ts'

const hosts = ['127.0.0.1']

describe.skipIf(!hasBrowser)('a hostile page', { timeout: 60_000 }, () => {
  test('opens few tabs, each told and shown, whatever it tries', async () => {
    const site = await serve({
      '/': `<button onclick="for (let i = 0; i < 100; i++) window.open('/popup')">All</button><a href="/popup" target="_blank">One</a>`,
      '/popup': '<h1>Popup</h1>',
    })
    const { act, go, clickOn, view } = browse({ hosts })
    await go(`${site.origin}/`)
    let told = await clickOn('button "All"')
    await expect.poll(async () => (told += await view()), { timeout: 20_000 }).toContain('2 (shown)')
    expect(told).toContain('opened a new tab, which is shown now')
    for (let round = 0; round < 8; round++) {
      await act({ action: 'switch_tab', tab: 1 })
      await clickOn('link "One"')
    }
    const shown = await view()
    expect(shown).toContain('8')
    expect(shown).not.toContain('; 9')
    expect(said(await act({ action: 'switch_tab', tab: 9 }))).toContain('There is no tab 9')
    // A reference of one tab means nothing in another.
    const ref = await act({ action: 'switch_tab', tab: 2, show: 'nothing' })
    expect(ref.type).toBe('completed')
    expect(said(await act({ action: 'click', ref: 'e2', show: 'nothing' }))).toContain('not of this tab')
  })

  test('is closed where it opens dialogs without end, and an action that meets one ends', async () => {
    const site = await serve({ '/': `<button onclick="while (true) alert('more')">Loop</button>` })
    const { act, go, clickOn, view } = browse({ hosts })
    await go(`${site.origin}/`)
    expect(await clickOn('Loop')).toContain('A dialog is open (alert): "more"')
    await act({ action: 'answer_dialog', accept: true })
    await act({ action: 'answer_dialog', accept: true })
    expect(said(await act({ action: 'answer_dialog', accept: true }))).toContain('dialogs without end')
    expect(await view()).toContain('about:blank')
    expect(await go(`${site.origin}/`)).toContain('button "Loop"')
  })

  test('that closes itself, crashes or leaves in the middle of a click is told of', async () => {
    const site = await serve({
      '/': `<button onclick="window.open('/closing')">Open</button>`,
      '/closing': '<button onmousedown="window.close()">Close</button>',
      '/leaving': `<button onmousedown="location = '/'">Leave</button>`,
      '/deep': `<script>let at = document.documentElement; for (let i = 0; i < 30000; i++) { const e = document.createElement('div'); at.append(e); at = e }</script>`,
    })
    const { go, clickOn } = browse({ hosts })
    await go(`${site.origin}/`)
    expect(await clickOn('Open')).toContain('Close')
    const closed = await clickOn('Close')
    expect(closed).toContain('was closed by its page')
    expect(closed).toContain('button "Open"')
    await go(`${site.origin}/leaving`)
    expect(await clickOn('Leave')).toContain('button "Open"')
    // It crashes or it does not: either way the next page is shown.
    await go(`${site.origin}/deep`)
    expect(await go(`${site.origin}/`)).toContain('button "Open"')
  })

  test('that covers, moves or disables what is clicked makes the click fail with the reason', async () => {
    const site = await serve({
      '/covered': '<button>Pay</button><div id="veil" style="position:fixed;inset:0"></div>',
      '/moving': `<style>@keyframes m { from { left: 0 } to { left: 300px } } button { position: absolute; animation: m .2s infinite }</style><button>Pay</button>`,
      '/disabled': '<button disabled>Pay</button>',
      '/gone': '<button>Pay</button><script>setTimeout(() => document.body.replaceChildren(), 500)</script>',
    })
    const { act, go, ref, clickOn } = browse({ hosts, patience: 1_000 })
    await go(`${site.origin}/covered`)
    expect(await clickOn('Pay')).toMatch(/covered: <div id="veil">/)
    await go(`${site.origin}/moving`)
    expect(await clickOn('Pay')).toContain('keeps moving')
    await go(`${site.origin}/disabled`)
    expect(await clickOn('Pay')).toContain('disabled')
    await go(`${site.origin}/gone`)
    const gone = await ref('Pay')
    await act({ action: 'press', keys: 'Tab', show: 'nothing' })
    await expect
      .poll(async () => said(await act({ action: 'click', ref: gone, show: 'nothing' })), { timeout: 15_000 })
      .toContain('Take a new tree')
  })

  test('that is huge, never ends or hangs is bounded', { timeout: 180_000 }, async () => {
    const site = await serve({
      '/many': `<script>const part = '<p>some words</p>'.repeat(70000); document.write('<h1>Many</h1>' + part)</script>`,
      '/text': `<h1>Text</h1><p>${'word '.repeat(1_500_000)}</p>`,
      '/lines': `<h1>Lines</h1>${'<p>some words</p>'.repeat(2_000)}`,
      '/endless': (_, answer) =>
        void answer.writeHead(200, { 'content-type': 'text/html' }).write('<h1>Half</h1>'),
      '/silent': () => {},
      '/hang': '<h1>Hang</h1><script>setTimeout(() => { while (true); }, 300)</script>',
      '/fine': '<h1>Fine</h1>',
    })
    const { act, go, view } = browse({ hosts, patience: 3_000 }, 1_000)
    expect(await go(`${site.origin}/many`)).toMatch(/too large for a tree|busy/)
    expect(await go(`${site.origin}/text`)).toMatch(/too large for a tree|busy/)
    const lines = await go(`${site.origin}/lines`)
    const next = Number(/computer_view with from (\d+)/.exec(lines)?.[1])
    expect(lines.length).toBeLessThan(1_500)
    const rest = await view({ from: next })
    expect(rest).toContain('some words')
    expect(rest).not.toContain('heading "Lines"')
    const endless = await go(`${site.origin}/endless`)
    expect(endless).toContain('still loading')
    expect(endless).toContain('heading "Half"')
    expect(await go(`${site.origin}/silent`)).toContain('it took too long')
    expect(await go(`${site.origin}/fine`)).toContain('heading "Fine"')
    await go(`${site.origin}/hang`)
    expect(await view({ wait_ms: 500 })).toContain('does not answer')
    await act({ action: 'close_tab' })
    expect(await go(`${site.origin}/fine`)).toContain('heading "Fine"')
  })

  test.skipIf(process.platform !== 'linux')(
    'may lose the browser: it is started anew, and that is told',
    async () => {
      const site = await serve({ '/': '<h1>Here</h1>' })
      const mark = `browser-test-${randomUUID()}`
      const { go } = browse({ hosts, newMark: () => mark })
      await go(`${site.origin}/`)
      const killed = marked(mark)
      for (const pid of killed) process.kill(pid, 'SIGKILL')
      expect(killed.length).toBeGreaterThan(1)
      let told = ''
      await expect
        .poll(
          async () => {
            const shown = await go(`${site.origin}/`)
            told += shown
            return shown
          },
          { timeout: 30_000 },
        )
        .toContain('heading "Here"')
      expect(told).toContain('started anew')
    },
  )
})
