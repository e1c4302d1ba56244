import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test, vi } from 'vitest'

import { startFakeServer } from './fake-server.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

test('a model of an unknown window compacts at the one that is assumed, or that a person tells, and that is said', async () => {
  const home = temporaryFolder()
  mkdirSync(join(home, 'pages'))
  const pages = 12
  for (let page = 0; page < pages; page += 1)
    writeFileSync(join(home, 'pages', `${page}.txt`), `Page ${page}. ${'word '.repeat(1_900)}`)
  const largest = { tokens: 0 }
  let asked = 0
  await using server = await startFakeServer(({ body }) => {
    const input = Math.ceil(JSON.stringify(body.messages).length / 4)
    largest.tokens = Math.max(largest.tokens, input)
    asked += 1
    const usage = { input, output: 10 }
    if (asked >= pages) return { text: 'Done.', usage }
    const path = `pages/${asked}.txt`
    return { calls: [{ name: 'read', input: { path }, id: `call-${asked}` }], usage }
  })
  const words = ['--model', server.model]
  const ran = await runInProcess(['run', 'Read them', '--thread', 'a', ...words, '--json'], { home })
  expect(ran.code).toBe(0)
  expect(ran.stdout).toContain('context-compacted')
  expect(largest.tokens).toBeLessThan(32_000)
  const shown = await runInProcess(['context', 'show', 'a'], { home })
  expect(shown.stdout).toContain('is not known and taken for 32,000 (--context-window says otherwise)')
  const json = await runInProcess(['context', 'show', 'a', '--json'], { home })
  expect(JSON.parse(json.stdout)).toMatchObject({ window: 32_000, because: 'assumed' })
  asked = 0
  const wide = ['--context-window', '200000', '--thread', 'b']
  const told = await runInProcess(['run', 'Read them', ...wide, ...words, '--json'], { home })
  expect(told.stdout).not.toContain('context-compacted')
  const known = await runInProcess(['context', 'show', 'b'], { home })
  expect(known.stdout).toContain('has a window of 200,000')
})
