import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect, onTestFinished, test } from 'vitest'

import { startFakeServer } from './fake-server.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

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
