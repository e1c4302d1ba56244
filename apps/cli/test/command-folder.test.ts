import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, onTestFinished, test, vi } from 'vitest'

import { startFakeServer } from './fake-server.ts'
import { type Printed, runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const shell = (command: string) => ({ calls: [{ name: 'shell', input: { command } }] })

/** How the calls of a run ended: what they showed, or that they were denied. */
function outcomes({ events }: Printed): readonly string[] {
  return events.flatMap((event) => {
    if (event.type !== 'tool-finished') return []
    const { outcome } = event.data
    if (outcome.type === 'denied') return ['denied']
    const output = 'output' in outcome ? outcome.output : undefined
    return [(output?.content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('')]
  })
}

test('commands are judged and run where the last cd led, in the next process too', async () => {
  const server = await startFakeServer([
    // Allowed by itself, as reading is.
    shell('cd conf'),
    shell('cat plain'),
    // In the project's own folder there is no such name.
    shell('cat .e*'),
    { text: 'First.' },
    shell('pwd'),
    shell('cat .e*'),
    { text: 'Second.' },
    shell('pwd'),
    shell('pwd'),
    { text: 'Third.' },
  ])
  onTestFinished(() => server[Symbol.asyncDispose]())
  const home = temporaryFolder()
  const folder = join(home, 'project')
  mkdirSync(join(folder, 'conf'), { recursive: true })
  writeFileSync(join(folder, 'conf/plain'), 'plain')
  writeFileSync(join(folder, 'conf/.env'), 'secret')
  const run = (words: readonly string[]): Promise<Printed> =>
    runInProcess(['run', ...words, '--json', '--mode', 'ask', '--model', server.model], { home, cwd: folder })
  const first = await run(['go'])
  expect(outcomes(first)).toEqual(['[The next command starts in conf]', 'plain', 'denied'])
  const thread = first.events[0]?.thread ?? ''
  const second = await run(['on', '--thread', thread])
  expect(outcomes(second)).toEqual([join(folder, 'conf'), 'denied'])
  rmSync(join(folder, 'conf'), { recursive: true })
  const third = await run(['again', '--thread', thread])
  expect(outcomes(third)[0]).toContain('is not there any more. Nothing was run.')
  expect(outcomes(third)[1]).toBe(folder)
})
