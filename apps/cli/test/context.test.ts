import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { ContextSection } from '@keepup/memory/context'
import { expect, test, vi } from 'vitest'

import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

/** A run of a script that reads one long file some times, in a window of 20,000 tokens. */
async function longRun(reads: number) {
  const home = temporaryFolder()
  writeFileSync(join(home, 'long.txt'), 'a line of words\n'.repeat(1_500))
  const read = { name: 'read', input: { path: 'long.txt' } }
  const script = join(home, 'script.json')
  const steps = [...Array.from({ length: reads }, () => ({ calls: [read] })), { text: 'Done.', repeat: true }]
  writeFileSync(script, JSON.stringify({ contextWindow: 20_000, steps }))
  const place = ['--store', join(home, 'store.db')]
  const words = ['run', 'Remember', '4711', '--model', `scripted:${script}`, '--mode', 'yolo', '--json']
  const ran = await runInProcess([...words, '--thread', 'long', ...place], { home })
  const show = (...more: readonly string[]) => runInProcess(['context', 'show', ...more, ...place], { home })
  return { ran, show }
}

/** What `--json` prints, as far as it is looked at. */
interface Shown {
  readonly thread: string
  readonly at: number
  readonly window: number
  readonly trigger: number
  readonly tokens: number
  readonly calibration: { readonly counts: number }
  readonly sections: readonly ContextSection[]
  readonly messages: readonly unknown[]
  readonly system: string
}

test('a run empties its old results by itself, and shows what its model is shown', async () => {
  const { ran, show } = await longRun(4)
  expect(ran.events.filter(({ type }) => type === 'context-compacted')).not.toEqual([])
  const { stdout, code } = await show('lon', '--json')
  expect(code).toBe(0)
  const shown: Shown = JSON.parse(stdout)
  expect(shown).toMatchObject({ thread: 'long', window: 20_000, trigger: 8_000 })
  const names = shown.sections.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['system', 'tools', 'request', 'calls', 'results']))
  expect(shown.tokens).toBe(shown.sections.reduce((sum, { tokens }) => sum + tokens, 0))
  expect(shown.calibration.counts).toBeGreaterThan(0)
  expect(shown.system).toContain('You are keepup')
  expect(JSON.stringify(shown.messages)).toContain('Remember 4711')
  const text = await show('long')
  expect(text.stdout).toMatch(/section +items +tokens +of the window\n/)
  expect(text.stdout).toMatch(/request +1 +\d+/)
  expect(text.stdout).toContain('a window of 20,000')
})

test('shows it as it was, and says what is wrong with a name or a position', async () => {
  const { show } = await longRun(2)
  const early: Shown = JSON.parse((await show('long', '--at', '2', '--json')).stdout)
  expect(early.at).toBe(2)
  expect(early.messages.length).toBeLessThan(2)
  const unknown = await show('nobody')
  expect(unknown.code).not.toBe(0)
  expect(unknown.stderr).toContain('nobody')
  expect((await show('long', '--at', '99999')).code).not.toBe(0)
})
