import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterEach, expect, test } from 'vitest'

import { openOtlp } from '../src/otlp.ts'
import { live, secret } from './live.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

interface Received {
  readonly path: string
  readonly body: string
  readonly headers: NodeJS.Dict<string | string[]>
}

/** A collector that answers as it is told: a status, or nothing at all. */
async function collector(status: number | 'never'): Promise<{ endpoint: string; received: Received[] }> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      received.push({
        path: request.url ?? '',
        body: Buffer.concat(parts).toString(),
        headers: request.headers,
      })
      if (status !== 'never') response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received }
}

test('spans and metrics reach a collector, with its headers and the names of the program', async () => {
  const { endpoint, received } = await collector(200)
  const otlp = openOtlp({
    endpoint: `${endpoint}/`,
    headers: { authorization: 'Bearer x' },
    resource: { 'service.name': 'checker', 'deployment.environment.name': 'test' },
    profile: 'both',
  })
  const { spans } = await live()
  for (const span of spans) otlp.send(span)
  await otlp.close()
  await otlp.close()
  const traces = received.filter(({ path }) => path === '/v1/traces')
  expect(traces.every(({ headers }) => headers['authorization'] === 'Bearer x')).toBe(true)
  const sent = traces.flatMap(({ body }) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans)
  expect(sent.map(({ spanId }: { spanId: string }) => spanId)).toEqual(spans.map(({ spanId }) => spanId))
  expect(traces[0]?.body).toContain('"checker"')
  const metrics = received
    .filter(({ path }) => path === '/v1/metrics')
    .map(({ body }) => body)
    .join('')
  for (const name of [
    'gen_ai.client.operation.duration',
    'gen_ai.client.inference.duration',
    'gen_ai.client.token.usage',
    'gen_ai.client.inference.usage.input_tokens',
    'gen_ai.invoke_agent.duration',
    'gen_ai.execute_tool.duration',
  ]) {
    expect(metrics).toContain(`"${name}"`)
  }
  expect(JSON.stringify(received)).not.toContain(secret)
})

test('a run never waits for a collector that does not answer, and closing gives up in time', async () => {
  const { endpoint } = await collector('never')
  const otlp = openOtlp({ endpoint, timeout: 200 })
  const { spans } = await live()
  // Far more than its queue holds.
  for (let round = 0; round < 1000; round += 1) for (const span of spans) otlp.send(span)
  await expect(otlp.close()).resolves.toBeUndefined()
}, 20_000)

test('nobody there, or one that refuses, is no failure of ours', async () => {
  const { endpoint } = await collector(400)
  for (const to of [endpoint, 'http://127.0.0.1:1']) {
    const otlp = openOtlp({ endpoint: to, timeout: 300 })
    const { spans } = await live()
    for (const span of spans) otlp.send(span)
    await expect(otlp.close()).resolves.toBeUndefined()
  }
}, 20_000)
