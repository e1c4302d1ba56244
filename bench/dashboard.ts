import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { currentOwner, memoryCheckpointer } from '@keepup/checkpoint'
import type { Checkpointer } from '@keepup/core'
import { createServer, listen } from '@keepup/server'
import { chromium, type Page } from 'playwright-core'

import { median } from './median.ts'
import { publishResults, type Row } from './publish-results.ts'

const count = 10_000
/** How long is scrolled, in milliseconds. */
const length = Number(process.env['KEEPUP_BENCH_MS'] ?? 3_000)
const rounds = Number(process.env['KEEPUP_BENCH_ROUNDS'] ?? 3)
const token = 'a-token-of-the-bench-0123456789'
const pages = fileURLToPath(new URL('../apps/dashboard/dist/', import.meta.url))
const trace = 'a'.repeat(32)

/** What a browser did while a list was scrolled from its top to its end. */
interface Scrolled {
  readonly frames: number
  readonly longest: number
  /** Tasks of more than 50 ms (W3C Long Tasks), and the longest of them. */
  readonly tasks: number
  readonly task: number
}

/** Spans of one agent: turns of a call of the model and nine of tools. */
function spans(): readonly object[] {
  const began = Date.UTC(2026, 0)
  return Array.from({ length: count }, (_, index) => ({
    traceId: trace,
    spanId: String(index + 1).padStart(16, '0'),
    ...(index === 0
      ? {}
      : { parentSpanId: String(index % 10 === 1 ? 1 : index - (index % 10) + 1).padStart(16, '0') }),
    name: index % 10 === 1 ? 'chat m' : `execute_tool t${index % 10}`,
    startTimeUnixNano: `${began + index * 20}000000`,
    endTimeUnixNano: `${began + index * 20 + 15}000000`,
    attributes: [
      { key: 'gen_ai.operation.name', value: { stringValue: index % 10 === 1 ? 'chat' : 'execute_tool' } },
    ],
  }))
}

async function writeThread(checkpointer: Checkpointer): Promise<void> {
  await using lease = await checkpointer.lease('long', currentOwner('bench'), 60_000)
  for (let after = 0; after < count; after += 1000) {
    const entries = Array.from({ length: 1000 }, (_, index) => ({
      type: 'note-taken',
      version: 1,
      critical: false,
      time: (after + index) * 20,
      by: 'user',
      data: { index: after + index },
    }))
    const append = { thread: 'long', after, lease: lease.token, entries }
    await checkpointer.commit({ appends: [append], flush: 'process' })
  }
}

/** What the page does: it is sent as text, for there is no page here. */
const script = `async (label, milliseconds) => {
  const list = document.querySelector('[role=listbox][aria-label="' + label + '"]')
  const tasks = []
  const observer = new PerformanceObserver((found) => tasks.push(...found.getEntries().map((task) => task.duration)))
  observer.observe({ entryTypes: ['longtask'] })
  const frames = []
  const began = performance.now()
  for (let now = began; now - began < milliseconds; ) {
    list.scrollTop = ((now - began) / milliseconds) * (list.scrollHeight - list.clientHeight)
    const next = await new Promise((resolve) => requestAnimationFrame(resolve))
    frames.push(next - now)
    now = next
  }
  observer.disconnect()
  return { frames: frames.length, longest: Math.max(...frames), tasks: tasks.length, task: Math.max(0, ...tasks) }
}`

/** Scrolls a list to its end in even steps, a step for each frame. */
function scroll(page: Page, name: string): Promise<Scrolled> {
  return page.evaluate<Scrolled>(`(${script})(${JSON.stringify(name)}, ${length})`)
}

/** The first row after the address was opened, and what scrolling did then, of the middle round. */
async function measure(
  page: Page,
  { what, address, name }: { what: string; address: string; name: string },
): Promise<Row> {
  const shown: number[] = []
  const scrolled: Scrolled[] = []
  for (let round = 0; round < rounds; round += 1) {
    await page.goto('about:blank')
    const began = performance.now()
    await page.goto(address)
    await page.getByRole('listbox', { name }).getByRole('option').first().waitFor()
    await page.getByText(`${count} rows`).waitFor()
    shown.push(performance.now() - began)
    scrolled.push(await scroll(page, name))
  }
  return {
    view: what,
    rows: count,
    'all known ms': median(shown),
    'frames a second': median(scrolled.map(({ frames }) => (frames / length) * 1000)),
    'longest frame ms': median(scrolled.map(({ longest }) => longest)),
    'tasks over 50 ms': median(scrolled.map(({ tasks }) => tasks)),
    'longest task ms': median(scrolled.map(({ task }) => task)),
  }
}

const found = spawnSync('sh', [
  '-c',
  'command -v chromium chromium-browser google-chrome-stable google-chrome | head -1',
])
const program = found.stdout.toString().trim()
if (program === '' || !existsSync(`${pages}index.html`)) {
  console.warn(
    `SKIPPED dashboard: ${program === '' ? 'there is no Chromium' : 'the pages were not built: turbo run build'}`,
  )
} else {
  const checkpointer = memoryCheckpointer()
  await writeThread(checkpointer)
  const listening = await listen((hosts) => createServer({ checkpointer, token, hosts, pages, rate: 10_000 }))
  const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
  try {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: spans() }] }] })
    await fetch(`${listening.url}/v1/traces`, { method: 'POST', headers, body })
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(`${listening.url}/#token=${token}`)
    await page.getByRole('heading', { name: 'Threads' }).waitFor()
    const rows = [
      await measure(page, {
        what: 'trace of another program',
        address: `${listening.url}/#/traces/${trace}`,
        name: 'Spans',
      }),
      await measure(page, {
        what: 'timeline',
        address: `${listening.url}/#/threads/long/timeline`,
        name: 'Timeline',
      }),
    ]
    publishResults({
      name: 'dashboard',
      about: `Pages in Chromium without a screen, ${count} rows scrolled from top to end in ${length} ms; the middle of ${rounds}. 60 frames a second are all that it draws.`,
      rows,
    })
  } finally {
    await browser.close()
    await listening.close()
  }
}
