import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { expect, test } from 'vitest'

import { openLocalPeers, openWorld } from './peer/world.ts'

test('calls to other origins pass as they are', async () => {
  const world = await openWorld()
  await world.internet.host('other.example.test', (request, response) =>
    response.end(request.headers.authorization ?? 'none'),
  )
  const session = world.session()
  await world.call(session)
  const response = await session.middleware(world.internet.fetch)('https://other.example.test/')
  expect(await response.text()).toBe('none')
})

test('a call that is given up while a person logs in ends at once, and the login with it', async () => {
  const world = await openWorld()
  const stop = new AbortController()
  const session = world.session({ openBrowser: async () => stop.abort(new Error('enough')) })
  await expect(world.call(session, { signal: stop.signal })).rejects.toThrow('enough')
})

test('what the caller gave to fetch goes along: a body twice, and options of its platform', async () => {
  const world = await openWorld()
  const inits: RequestInit[] = []
  const next: typeof world.internet.fetch = (input, init = {}) => {
    inits.push(init)
    return world.internet.fetch(input, init)
  }
  const call = world.session().middleware(next)
  const request = new Request(world.server.url, { method: 'POST', body: 'twice', headers: { 'x-mine': '1' } })
  const response = await call(request, { keepalive: true, cache: 'no-store' })
  expect([response.status, inits.length]).toEqual([200, 2])
  for (const init of inits) {
    expect(init).toMatchObject({ keepalive: true, cache: 'no-store', method: 'POST' })
    expect([new Headers(init.headers).get('x-mine'), await new Response(init.body ?? '').text()]).toEqual([
      '1',
      'twice',
    ])
  }
})

test('a redirect within the server is followed with the token, three times at most', async () => {
  const world = await openWorld()
  const session = world.session()
  await world.call(session)
  let hops = 0
  world.server.behaviour.call = (_, response) => {
    if (++hops > 2) return false
    response.writeHead(308, { location: `/mcp/${hops}` }).end()
    return true
  }
  expect(await world.call(session)).toBe(200)
  hops = -10
  await expect(world.call(session)).rejects.toMatchObject({ details: { reason: 'redirect-refused' } })
  hops = 0
  expect(await world.call(session, { redirect: 'manual' })).toBe(308)
})

test('a stream that is read for long ends when its caller aborts, whatever was collected meanwhile', async () => {
  const { guard, server } = await openLocalPeers()
  const world = await openWorld()
  const straight = { route: (host: string, port: number) => ({ host, port }) }
  const openBrowser = async (url: URL): Promise<void> => void (await (await fetch(url)).text())
  const session = world.session({ server: server.url, openBrowser }, {}, straight)
  await session.login()
  server.behaviour.call = (_, response) => response.writeHead(200).write('data: x\n\n')
  const stop = new AbortController()
  const response = await session.middleware(fetch)(server.url, { signal: stop.signal })
  const reading = response.text()
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  for (let round = 0; round < 5; round++) {
    if (typeof collect === 'function') collect()
    await new Promise((resolve) => setImmediate(resolve))
  }
  stop.abort(new Error('enough'))
  await expect(reading).rejects.toThrow('enough')
  expect(guard.counts.authorize).toBe(1)
})
