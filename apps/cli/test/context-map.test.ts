import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test, vi } from 'vitest'

import { startFakeServer } from './fake-server.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

function project(): string {
  const home = temporaryFolder()
  mkdirSync(join(home, 'src'))
  mkdirSync(join(home, 'made'))
  writeFileSync(join(home, '.gitignore'), 'made/\n')
  writeFileSync(join(home, 'src/open-store.ts'), 'export function openStore(path: string): void {}\n')
  writeFileSync(join(home, 'src/rare.ts'), 'export function rarelyUsed(): void {}\n')
  for (const name of ['a', 'b', 'c'])
    writeFileSync(
      join(home, `src/${name}.ts`),
      `import { openStore } from './open-store.ts'\nopenStore('${name}')\n`,
    )
  writeFileSync(join(home, 'made/out.ts'), 'export function madeByTools(): void {}\n')
  writeFileSync(join(home, 'src/\u001b[31m.ts'), 'export function strange(): void {}\n')
  symlinkSync('/', join(home, 'everything'))
  return home
}

test('shows what most files use, what is named first, within its budget', async () => {
  const home = project()
  const whole = await runInProcess(['context', 'map'], { home })
  expect(whole.code).toBe(0)
  expect(whole.stdout).toMatch(/src\/open-store\.ts\n {2}1: .*openStore/)
  expect(whole.stdout).not.toContain('madeByTools')
  expect(whole.stdout).not.toContain('\u001b')
  const small = await runInProcess(['context', 'map', '--budget', '25', 'rarelyUsed'], { home })
  expect(small.stdout).toContain('rarelyUsed')
  expect(small.stdout).not.toContain('openStore')
  expect((await runInProcess(['context', 'map', '--budget', '1'], { home })).stderr).toContain('--budget')
  expect((await runInProcess(['context', 'map', '--budget', 'x'], { home })).code).not.toBe(0)
})

test('an agent has the tool where it is asked for, and what it shows counts as read', async () => {
  const home = project()
  await using server = await startFakeServer([
    { calls: [{ name: 'repository_map', input: { words: ['openStore'] } }] },
    { text: 'Done.' },
  ])
  const words = ['run', 'Look', '--tools', 'map', '--json', '--model', server.model]
  const { code, events } = await runInProcess(words, { home })
  expect(code).toBe(0)
  const finished = JSON.stringify(events.filter(({ type }) => type === 'tool-finished'))
  expect(finished).toContain('openStore')
  expect(finished).toContain('free-text')
  const plain = await runInProcess(['run', 'Look', '--json', '--model', server.model], { home })
  expect(plain.stdout).not.toContain('repository_map')
})
