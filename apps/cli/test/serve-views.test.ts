import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { expect, test, vi } from 'vitest'

import { runInProcess } from './run-in-process.ts'
import { served, statusOf } from './served.ts'
import { temporaryFolder } from './temporary-folder.ts'

// A server, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 })

const graph = `keepup: graph/1
name: release
channels: { seen: {}, said: {} }
graphs:
  deeper:
    keepup: graph/1
    name: deeper
    channels: { seen: {} }
    nodes: { deep: { kind: set, update: { seen: 1 } } }
    edges: [{ from: start, to: deep }, { from: deep, to: end }]
    output: 1
nodes:
  look: { kind: graph, graph: deeper, update: seen }
  ask: { kind: wait, for: person, question: Ship?, options: [ship, hold], update: said }
edges:
  - { from: start, to: look }
  - { from: look, to: ask }
  - { from: ask, to: end }
`

test('a server shows files at a checkpoint, memory, mail, servers of MCP and where arguments came from', async () => {
  const home = temporaryFolder()
  const project = join(home, 'project')
  mkdirSync(project)
  const script = join(home, 'script.json')
  const input = { path: 'note.txt', content: 'hello there' }
  writeFileSync(
    script,
    JSON.stringify({ steps: [{ calls: [{ name: 'write', input }] }, { text: 'Written.' }] }),
  )
  const servers = { one: { command: 'true' }, off: { command: 'true', disabled: true } }
  writeFileSync(join(project, '.mcp.json'), JSON.stringify({ mcpServers: servers }))
  await runInProcess(['memory', 'add', 'The port is 4000'], { home, cwd: project })
  await runInProcess(['mail', 'send', 'helper', 'hello'], { home, cwd: project })
  writeFileSync(join(project, 'release.yaml'), graph)
  writeFileSync(join(project, 'broken.yaml'), `${graph}  - {`)
  await runInProcess(['graph', 'run', 'release.yaml', '--thread', 'g'], { home, cwd: project })
  const words = ['--model', `scripted:${script}`, '--mode', 'yolo', '--defence', 'off']
  const { ask, stop, token, url } = await served(words, {}, home, project)
  const asked = async (path: string, body?: unknown): Promise<ReturnType<typeof Object>> => {
    const response = await ask(path, body)
    const answer: unknown = await response.json()
    expect(response.ok ? '' : answer).toBe('')
    return Object(answer)
  }
  await asked('/threads/t/runs', { input: 'Write hello there into a note' })
  while ((await statusOf(ask, 't')) !== 'finished') await sleep(20)

  const { entries } = await asked('/threads/t/entries')
  const head = entries.at(-1).sequence
  writeFileSync(join(project, 'note.txt'), 'changed since')
  expect(await asked(`/threads/t/files?at=${head}`)).toMatchObject({
    snapshot: expect.any(String),
    changes: [{ path: 'note.txt' }],
  })
  const places = { before: { thread: 't', at: 1 }, after: { thread: 't', at: head } }
  expect(await asked('/diff', places)).toHaveProperty('state')

  const { scopes } = await asked('/memory/scopes')
  const { items } = await asked(`/memory/items?scope=${encodeURIComponent(scopes[0].scope)}`)
  expect(items).toMatchObject([{ text: 'The port is 4000', status: 'active' }])
  const change = { scope: scopes[0].scope, decision: 'forget' }
  const { entry } = await asked(`/memory/items/${items[0].id}`, change)
  await asked('/memory/undo', { scope: scopes[0].scope, entry })
  for (const [path, body] of [
    ['/memory/items?scope=t', undefined],
    [`/memory/items/${items[0].id}`, { scope: 't', decision: 'forget' }],
    ['/memory/undo', { scope: 't', entry: 1 }],
  ] as const) {
    expect((await ask(path, body)).status).toBe(400)
  }

  expect(await asked('/mailboxes')).toMatchObject({ mailboxes: [{ address: 'helper', waiting: 1 }] })
  const looked = await asked('/mcp/servers')
  expect(looked.servers).toMatchObject([
    { name: 'one', state: 'needs-approval', tools: [], pins: [] },
    { name: 'off', state: 'disabled' },
  ])

  expect(await asked('/threads/g/graph')).toMatchObject({
    run: {
      status: 'waiting',
      nodes: [{ node: 'look' }, { node: 'look/deep' }, { node: 'ask', waits: 'person' }],
    },
    defined: {
      file: 'release.yaml',
      nodes: [{ node: 'look', kind: 'graph' }, { node: 'look/deep' }, { node: 'ask', kind: 'person' }],
      ways: expect.arrayContaining([
        { from: 'start', to: 'look', words: '' },
        { from: 'look', to: 'look/deep', words: '' },
        { from: 'look/deep', to: 'look/end', words: '' },
        { from: 'ask', to: 'end', words: '' },
      ]),
    },
  })

  const call = entries.find(({ type }: { type: string }) => type === 'tool-started').data.call
  const flow = await asked(`/threads/t/flow?call=${call}&argument=/content`)
  expect(flow).toMatchObject({
    flow: {
      tool: 'write',
      value: 'hello there',
      entries: expect.arrayContaining([expect.objectContaining({ type: 'user-message' })]),
    },
    judged: { origins: expect.any(Array), policy: expect.any(String) },
  })
  expect(await asked('/threads/t/replay', {})).toMatchObject({ identical: true })

  // A run elsewhere tells this server as it would tell any collector.
  const collector = {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${token}`,
    OTEL_SERVICE_NAME: 'elsewhere',
  }
  writeFileSync(script, JSON.stringify({ steps: [{ text: 'Hello.' }] }))
  await runInProcess(['run', 'hello', '--thread', 'other', ...words], {
    home,
    cwd: project,
    variables: collector,
  })
  expect(await asked('/traces')).toMatchObject({
    traces: [{ name: 'invoke_agent keepup', service: 'elsewhere', spans: 2, errors: 0 }],
  })
  expect((await stop()).code).toBe(143)
})
