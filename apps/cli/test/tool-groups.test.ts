import { expect, onTestFinished, test, vi } from 'vitest'

import { type FakeAnswer, startFakeServer } from './fake-server.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const always = ['edit', 'glob', 'grep', 'read', 'shell', 'todo', 'write']

interface Offered {
  readonly function: { readonly name: string }
}

/** Runs with some groups of tools: what the model was offered, and what its calls came to. */
async function offered(groups: readonly string[], answers: readonly FakeAnswer[] = []) {
  const server = await startFakeServer([...answers, { text: 'Done.' }])
  onTestFinished(() => server[Symbol.asyncDispose]())
  const words = ['run', 'act', '--model', server.model, '--mode', 'yolo', '--json', ...groups]
  const printed = await runInProcess(words, { home: temporaryFolder() })
  const [first] = server.requests
  // As the protocol has it.
  const body = first?.body as { readonly tools?: readonly Offered[] } | undefined
  const tools = body?.tools
  const outcomes = printed.events.flatMap((event) =>
    event.type === 'tool-finished' ? [event.data.outcome] : [],
  )
  return { ...printed, names: (tools ?? []).map(({ function: { name } }) => name).toSorted(), outcomes }
}

test('a run has the tools for files and commands, and others where they are asked for', async () => {
  expect((await offered([])).names).toEqual(always)
  expect((await offered(['--tools', 'think'])).names).toEqual([...always, 'think'].toSorted())
  const all = await offered(['--tools', 'background,browser,code,diagnostics,think,web'])
  const more = ['code', 'computer', 'computer_view', 'definition', 'diagnostics', 'references', 'rename']
  const names = [...more, 'shell_input', 'shell_kill', 'shell_output', 'symbols', 'think', 'web_fetch']
  expect(all.names).toEqual([...always, ...names].toSorted())
  expect(all.code).toBe(0)
})

test('they work, and end with the run', async () => {
  const cell = { name: 'code', input: { source: '6 * 7' } }
  const start = { name: 'shell', input: { command: 'echo begun; sleep 600', background: true } }
  const fetch = { name: 'web_fetch', input: { url: 'http://127.0.0.1:9/' } }
  const groups = ['--tools', 'background,code,web', '--defence', 'off']
  const { outcomes, code } = await offered(groups, [
    { calls: [cell] },
    { calls: [start] },
    { calls: [fetch] },
  ])
  expect(code).toBe(0)
  expect(JSON.stringify(outcomes[0])).toContain('42')
  expect(JSON.stringify(outcomes[1])).toContain('begun')
  expect(outcomes[2]).toMatchObject({ type: 'failed' })
})

test('a group that is not there is refused, with those that are', async () => {
  const { code, stderr } = await runInProcess(['run', 'act', '--tools', 'wep'], { home: temporaryFolder() })
  expect(code).toBe(2)
  expect(stderr).toContain('background,browser,code,diagnostics,map,memory,')
})
