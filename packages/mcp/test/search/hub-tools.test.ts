import { expect, test, vi } from 'vitest'

import { serverTools } from '../../src/search/index.ts'
import { memoryStore, scripted, server, startHub } from '../hub.ts'

// Real servers start in seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 })

test('every tool of a hub is found, and stood for, under the name that it is called by, also where names differ in case alone', async () => {
  const hub = startHub([server('faulty', scripted('faulty'))])
  await hub.ready()
  const callable = hub.tools().map(({ name }) => name)
  const described = hub.describe('faulty')?.tools.map(({ name }) => name) ?? []
  expect(described.toSorted()).toEqual(callable)
  const call = serverTools(hub, { budget: 0 }).find(({ name }) => name === 'call_tool')
  for (const name of callable) expect(call?.standsFor?.({ name })?.tool.name).toBe(name)
  expect(call?.standsFor?.({ name: 'Good' })?.tool.name).toMatch(/^mcp__faulty__Good_/)
})

test('what was known in an earlier run is known without a start, and a server that was never asked is not started for it', async () => {
  const store = memoryStore()
  const definition = server('faulty', scripted('faulty'))
  const first = startHub([definition], { store })
  await first.recall()
  expect(first.tools()).toEqual([])
  expect(first.servers()[0]?.state).toBe('idle')
  await first.ready()
  await first[Symbol.asyncDispose]()
  const second = startHub([definition], { store })
  await second.recall()
  expect(second.servers()[0]?.state).toBe('idle')
  expect(second.tools()).toHaveLength(first.tools().length)
})
