import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

import { expect, onTestFinished, test, vi } from 'vitest'

import type { StopSignal } from '../src/host.ts'
import { startFakeServer } from './fake-server.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

// On a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 })

const parent = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }

interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
}

function spansIn(body: string): readonly Span[] {
  const request = JSON.parse(body) as {
    readonly resourceSpans?: readonly {
      readonly scopeSpans: readonly { readonly spans: readonly Span[] }[]
    }[]
  }
  return (request.resourceSpans ?? []).flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
}

/** A collector that keeps what it is told. */
async function collector(): Promise<{ readonly url: string; readonly bodies: string[] }> {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      bodies.push(Buffer.concat(parts).toString())
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies }
}

async function ran(variables: Readonly<Record<string, string>>) {
  const server = await startFakeServer([
    { calls: [{ name: 'glob', input: { pattern: '*' } }] },
    { text: 'There is nothing.' },
  ])
  onTestFinished(() => server[Symbol.asyncDispose]())
  const world = { home: temporaryFolder(), variables: { NO_COLOR: '1', ...variables } }
  const words = ['run', 'look for the treasure', '--model', server.model, '--thread', 'told']
  return { world, printed: await runInProcess(words, world) }
}

test('a collector is told of a run, below the span that started the program, and the log tells the same again', async () => {
  const { url, bodies } = await collector()
  const { world, printed } = await ran({
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_SERVICE_NAME: 'harbour',
    TRACEPARENT: `00-${parent.traceId}-${parent.spanId}-01`,
  })
  expect(printed.code).toBe(0)
  const told = bodies.flatMap(spansIn)
  expect(told.map(({ name }) => name).toSorted()).toEqual([
    'chat fake',
    'chat fake',
    'execute_tool glob',
    'invoke_agent keepup',
  ])
  expect(told.every(({ traceId }) => traceId === parent.traceId)).toBe(true)
  expect(told.find(({ name }) => name.startsWith('invoke'))?.parentSpanId).toBe(parent.spanId)
  expect(bodies.join('')).toContain('harbour')
  expect(bodies.join('')).not.toContain('treasure')
  const again = await runInProcess(['telemetry', 'export', 'told'], world)
  expect(again.code).toBe(0)
  expect(spansIn(again.stdout).map(({ spanId }) => spanId)).toEqual(told.map(({ spanId }) => spanId))
  expect(again.stdout).not.toContain('treasure')
  expect((await runInProcess(['telemetry', 'export', 'told', '--content'], world)).stdout).toContain(
    'treasure',
  )
})

test('a run goes on without a collector that is not there, is no address, or is switched off', async () => {
  for (const url of ['http://127.0.0.1:1', 'nonsense']) {
    const { printed } = await ran({ OTEL_EXPORTER_OTLP_ENDPOINT: url })
    expect(printed.code).toBe(0)
    expect(printed.stdout).toContain('There is nothing.')
  }
  const { url, bodies } = await collector()
  await ran({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_SDK_DISABLED: 'true' })
  expect(bodies).toEqual([])
}, 20_000)

test('telemetry of a thread that is not there is a clear error', async () => {
  const { world } = await ran({})
  const { code, stderr } = await runInProcess(['telemetry', 'export', 'nobody'], world)
  expect(code).not.toBe(0)
  expect(stderr).toContain('nobody')
})

test('a collector is told of agents that a run starts, below it, and of agents of a graph', async () => {
  const { url, bodies } = await collector()
  const home = temporaryFolder()
  const delegates = { calls: [{ name: 'delegate_to_agent', input: { role: 'explorer', task: 'Count' } }] }
  const steps = [
    { when: { lastUser: '^Go' }, ...delegates },
    { text: 'One file.', repeat: true },
  ]
  writeFileSync(join(home, 'script.json'), JSON.stringify({ steps }))
  const world = { home, variables: { NO_COLOR: '1', OTEL_EXPORTER_OTLP_ENDPOINT: url } }
  const model = ['--model', `scripted:${join(home, 'script.json')}`, '--snapshots', 'off']
  const runs = (): readonly Span[] =>
    bodies
      .splice(0)
      .flatMap(spansIn)
      .filter(({ name }) => name.startsWith('invoke_agent'))
  expect((await runInProcess(['run', 'Go', '--tools', 'agents', ...model], world)).code).toBe(0)
  const told = runs()
  expect(told).toHaveLength(2)
  expect(new Set(told.map(({ traceId }) => traceId)).size).toBe(1)
  writeFileSync(
    join(home, 'g.yaml'),
    `keepup: graph/1
name: g
channels: { told: {} }
agents: { helper: { system: You help. } }
nodes: { help: { kind: agent, agent: helper, prompt: Count, update: told } }
edges: [{ from: start, to: help }, { from: help, to: end }]
`,
  )
  expect((await runInProcess(['graph', 'run', 'g.yaml', ...model], world)).code).toBe(0)
  expect(runs()).toHaveLength(1)
})

test('a collector is told of a call between agents by both, the one below the other', async () => {
  const { url, bodies } = await collector()
  const world = { home: temporaryFolder(), variables: { NO_COLOR: '1', OTEL_EXPORTER_OTLP_ENDPOINT: url } }
  const stops: ((signal: StopSignal) => void)[] = []
  const listening = Promise.withResolvers<string>()
  const serving = runInProcess(['serve', '--a2a', '--demo-agent', '--json'], {
    ...world,
    onStop: (stop) => stops.push(stop),
    watch: (text) => {
      if (text.startsWith('{"url"')) listening.resolve((JSON.parse(text) as { readonly url: string }).url)
    },
  })
  const traceparent = `00-${parent.traceId}-${parent.spanId}-01`
  const client = { home: world.home, variables: { ...world.variables, TRACEPARENT: traceparent } }
  const sent = await runInProcess(['a2a', 'send', await listening.promise, 'SECRET'], client)
  expect(sent).toMatchObject({ code: 0, stdout: 'SECRET\n' })
  for (const stop of stops) stop('SIGTERM')
  await serving
  const told = bodies.flatMap(spansIn)
  const [made] = told.filter(({ parentSpanId }) => parentSpanId === parent.spanId)
  const [answered] = told.filter(({ parentSpanId }) => parentSpanId === made?.spanId)
  expect([made?.name, answered?.name]).toEqual(['SendStreamingMessage', 'SendStreamingMessage'])
  expect(new Set(told.map(({ traceId }) => traceId))).toEqual(new Set([parent.traceId]))
  expect(bodies.join('')).not.toContain('SECRET')
})
