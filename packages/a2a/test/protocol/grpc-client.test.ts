import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

import type { AgentCard } from '@a2a-js/sdk'
import { expect, onTestFinished, test, vi } from 'vitest'

import { connectAgent, textPart, userMessage } from '../../src/protocol/client/index.ts'
import { serve } from './served.ts'

vi.setConfig({ testTimeout: 30_000 })

/** The card of a served agent, as if its gRPC binding were at another place. */
function movedTo(card: AgentCard, url: string): AgentCard {
  const [grpc] = card.supportedInterfaces.filter(({ protocolBinding }) => protocolBinding === 'GRPC')
  if (grpc === undefined) throw new Error('gRPC is not served')
  return { ...card, supportedInterfaces: [{ ...grpc, url }] }
}

/** Names that lead somewhere else each time they are asked for. */
function rebinding(...answers: readonly (readonly string[])[]) {
  const asked: string[] = []
  const resolve = (host: string): Promise<readonly string[]> => {
    asked.push(host)
    return Promise.resolve(answers[asked.length - 1] ?? ['10.0.0.1'])
  }
  return { resolve, asked }
}

const hello = {
  tenant: '',
  message: userMessage([textPart('Hello')]),
  configuration: undefined,
  metadata: undefined,
}

/** Counts who comes to a port of this machine. */
async function innerService() {
  let visits = 0
  const server = createServer((socket) => {
    visits += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { port, visits: () => visits }
}

test('over gRPC a name is asked for once, and every call goes where it led then', async () => {
  const served = await serve({}, { grpcPort: 0 })
  const port = served.grpcAddress?.split(':')[1] ?? ''
  const { resolve, asked } = rebinding(['127.0.0.1'])
  const card = movedTo(served.card, `agent.invalid:${port}`)
  const reach = { allowHosts: ['agent.invalid'], resolve }
  const agent = await connectAgent({ card }, { reach, bindings: ['GRPC'] })
  for (let call = 0; call < 3; call += 1) {
    const message = userMessage([textPart('Hello')])
    expect(await agent.client.sendMessage({ ...hello, message })).toHaveProperty('id')
  }
  expect(asked).toEqual(['agent.invalid'])
})

test('over gRPC a name that is judged public and leads to this machine a moment later leads nowhere', async () => {
  const { card } = await serve({}, { grpcPort: 0 })
  const inner = await innerService()
  // To the system's resolver this is the machine itself; to the judge it is an address on the internet.
  const { resolve } = rebinding(['203.1.113.1'])
  const agent = await connectAgent(
    { card: movedTo(card, `localhost:${inner.port}`) },
    { reach: { resolve }, bindings: ['GRPC'] },
  )
  const sending = agent.client.sendMessage(hello, { signal: AbortSignal.timeout(400) })
  const outcome = sending.then(
    () => 'answered',
    () => 'failed',
  )
  expect(await outcome).toBe('failed')
  expect(inner.visits()).toBe(0)
})

test('over gRPC one inner address among public ones is refused, and a name that leads nowhere says so', async () => {
  const { card } = await serve({}, { grpcPort: 0 })
  const connect = (resolve: () => Promise<readonly string[]>) =>
    connectAgent({ card: movedTo(card, 'agent.example:443') }, { reach: { resolve }, bindings: ['GRPC'] })
  await expect(connect(() => Promise.resolve(['203.1.113.1', '169.254.169.254']))).rejects.toMatchObject({
    code: 'card-refused',
  })
  const failing = () => Promise.reject(new Error('no such name'))
  for (const resolve of [failing, () => Promise.resolve([])])
    await expect(connect(resolve)).rejects.toMatchObject({ code: 'request-failed', details: { sent: false } })
})
