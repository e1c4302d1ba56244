import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, onTestFinished, test, vi } from 'vitest'

import { startFakeServer } from './fake-server.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const call = { calls: [{ name: 'shell', input: { command: 'touch made' } }] }

/** A home in which the shell is denied by a rule, by a hook, or by nobody. */
function homeWith(what: 'rule' | 'hook' | 'nothing'): string {
  const home = temporaryFolder()
  const folder = join(home, '.config', 'keepup')
  mkdirSync(folder, { recursive: true })
  if (what === 'rule') {
    const rules = [{ decision: 'deny', tool: 'shell' }]
    writeFileSync(join(folder, 'permissions.json'), JSON.stringify({ rules }))
  }
  if (what === 'hook') {
    const hooks = [{ type: 'command', command: 'cat > /dev/null; exit 2' }]
    writeFileSync(join(folder, 'hooks.json'), JSON.stringify({ hooks: { PreToolUse: [{ hooks }] } }))
  }
  return home
}

test.each([
  ['a rule', 'rule', ['--mode', 'ask'], 0, 0],
  ['a hook', 'hook', ['--mode', 'ask'], 0, 0],
  ['the mode plan', 'nothing', ['--mode', 'plan'], 0, 0],
  ['nobody, because nobody could be asked', 'nothing', ['--mode', 'ask'], 4, 1],
  ['a rule before a limit is reached', 'rule', ['--mode', 'ask', '--max-turns', '1'], 10, 0],
  ['nobody before a limit is reached', 'nothing', ['--mode', 'ask', '--max-turns', '1'], 10, 1],
] as const)(
  'a run with a call that was denied by %s exits as it is told',
  async (_, what, words, exit, unattended) => {
    const server = await startFakeServer([call, { text: 'Done.' }])
    onTestFinished(() => server[Symbol.asyncDispose]())
    const home = homeWith(what)
    const ran = await runInProcess(['run', 'act', '--json', '--model', server.model, ...words], { home })
    const denied = ran.events.filter(
      (event) => event.type === 'tool-finished' && event.data.outcome.type === 'denied',
    )
    expect(denied).toHaveLength(1)
    expect(ran.events.at(-1)).toMatchObject({ type: 'run-finished', data: { unattendedDenials: unattended } })
    expect(ran.code).toBe(exit)
  },
)
