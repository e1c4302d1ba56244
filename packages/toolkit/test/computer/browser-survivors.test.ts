import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { hasBrowser, marked, serve } from './browser-place.ts'

const kills = Number(process.env['KEEPUP_KILLS'] ?? 5)
const linux = process.platform === 'linux'
if (!linux) console.warn('SKIPPED: survivors are looked for in /proc, which this system has not')

/** Starts a host, kills it at a moment, and tells how many processes its browser had then. */
async function killHost(origin: string, mark: string, after: 'shown' | number): Promise<number> {
  const host = spawn(
    process.execPath,
    ['--conditions=@keepup/source', join(import.meta.dirname, 'browser-host.ts'), origin, mark],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = once(host, 'exit')
  let said = ''
  host.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const word = after === 'shown' ? 'shown Here' : 'starting'
  while (!said.includes(word) && host.exitCode === null) await delay(2)
  if (typeof after === 'number') await delay(after)
  // A host that fails by itself proves nothing.
  expect(host.exitCode).toBe(null)
  const during = marked(mark).length
  host.kill('SIGKILL')
  await ended
  return during
}

test.skipIf(!hasBrowser || !linux)(
  `${kills} hosts killed at any moment leave no browser`,
  { timeout: 30_000 + kills * 10_000 },
  async () => {
    const site = await serve({ '/': '<title>Here</title><script>setInterval(() => {}, 1)</script>' })
    const windows = { none: 0, starting: 0, shown: 0 }
    for (let round = 0; round < kills; round++) {
      const mark = `browser-test-${randomUUID()}`
      const after = round % 2 === 0 ? 'shown' : Math.floor((900 * (round + 1)) / kills)
      const during = await killHost(site.origin, mark, after)
      windows[during < 3 ? 'none' : after === 'shown' ? 'shown' : 'starting']++
      await expect.poll(() => marked(mark), { timeout: 10_000, message: `round ${round}` }).toEqual([])
    }
    console.log(`killed: ${JSON.stringify(windows)}`)
    expect(windows.shown).toBeGreaterThan(0)
  },
)
