import type { FetchMiddleware } from '@keepup/core'
import { expect, test, vi } from 'vitest'

import { connectAgent, sendAndFollow, textPart, userMessage } from '../../src/protocol/client/index.ts'
import { bearerTokens } from '../../src/protocol/server/index.ts'
import { all, serve } from './served.ts'

vi.setConfig({ testTimeout: 30_000 })

const quick = { reach: { allowHosts: ['127.0.0.1'] }, firstPause: 2 }

test('what requests pass through sees the card and each call, and cannot lead them where they may not go', async () => {
  const seen: string[] = []
  const served = await serve({
    authenticators: [
      {
        ...bearerTokens({ alice: 'a' }),
        authenticate: ({ header }) => {
          seen.push(header('traceparent') ?? 'none')
          return Promise.resolve({ name: 'alice' })
        },
      },
    ],
  })
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
  const asked: string[] = []
  const middleware: FetchMiddleware = (next) => (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('traceparent', traceparent)
    asked.push(new URL(String(input instanceof Request ? input.url : input)).pathname)
    return next(input, { ...init, headers })
  }
  for (const binding of ['JSONRPC', 'HTTP+JSON'] as const) {
    const agent = await connectAgent({ url: served.url }, { ...quick, middleware, bindings: [binding] })
    expect(await all(sendAndFollow(agent, userMessage([textPart('hi')])))).not.toEqual([])
  }
  expect(new Set(seen)).toEqual(new Set([traceparent]))
  expect(asked).toContain('/.well-known/agent-card.json')
  const inward: FetchMiddleware = (next) => () => next('http://169.254.169.254/')
  await expect(connectAgent({ url: served.url }, { ...quick, middleware: inward })).rejects.toMatchObject({
    code: 'card-refused',
  })
})
