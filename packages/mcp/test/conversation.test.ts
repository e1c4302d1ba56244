import { readFileSync } from 'node:fs'

import type { HubParts } from '@keepup/mcp'
import { expect, onTestFinished, test, vi } from 'vitest'

import {
  callTool,
  eventually,
  installed,
  linesOf,
  scripted,
  server,
  startHub,
  temporaryFolder,
  textOf,
} from './hub.ts'
import { startModernServer } from './servers/modern-server.ts'

// Real servers start in seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 })

const everything = {
  type: 'stdio',
  command: installed('mcp-server-everything'),
  args: ['stdio'],
  env: {},
} as const

async function offers(hub: ReturnType<typeof startHub>, name: string): Promise<void> {
  await hub.ready()
  await eventually(`${name} is offered`, () => hub.tools().some((tool) => tool.name.endsWith(name)))
}

test('sampling is offered only with the part for it, to servers that are trusted so far, and bounded', async () => {
  const asked: unknown[] = []
  const trusted = server('everything', everything, { trust: { sampling: true } })
  const parts: Partial<HubParts> = {
    sample: async ({ request }) => {
      asked.push(request)
      return { role: 'assistant', model: 'a-model', content: { type: 'text', text: 'I was asked.' } }
    },
  }
  const hub = startHub([trusted], parts)
  await offers(hub, 'trigger-sampling-request')
  expect(textOf(await callTool(hub, 'trigger-sampling-request', { prompt: 'Hello' }))).toContain(
    'I was asked.',
  )
  expect(asked).toHaveLength(1)
  for (const without of [startHub([trusted]), startHub([server('everything', everything)], parts)]) {
    await without.ready()
    expect(without.tools().map(({ name }) => name)).not.toContain('mcp__everything__trigger-sampling-request')
  }
})

test('a question at a page is put with its URL, which is opened by nobody', async () => {
  const urls: string[] = []
  const hub = startHub([server('everything', everything)], {
    elicit: async (question) => {
      if (question.type === 'url') urls.push(question.url)
      return { action: 'accept' }
    },
  })
  await offers(hub, 'trigger-url-elicitation')
  const url = 'https://example.com/verify'
  const input = { url, message: 'Verify yourself', elicitationId: 'one' }
  expect((await callTool(hub, 'trigger-url-elicitation', input)).type).toBe('completed')
  expect(urls).toEqual([url])
  await callTool(hub, 'trigger-url-elicitation', {
    ...input,
    url: 'http://192.168.0.1/',
    elicitationId: 'two',
  })
  await callTool(hub, 'trigger-url-elicitation', {
    ...input,
    url: 'file:///etc/passwd',
    elicitationId: 'three',
  })
  expect(urls).toEqual([url])
})

test('a call that wants a page visited first is made again once it was', async () => {
  const file = `${temporaryFolder()}/log`
  const urls: string[] = []
  const hub = startHub([server('plain', scripted('plain', file))], {
    elicit: async (question) => {
      if (question.type === 'url') urls.push(question.url)
      return { action: urls.length === 1 ? 'accept' : 'decline' }
    },
  })
  await hub.ready()
  expect(textOf(await callTool(hub, 'page'))).toBe('visited')
  expect(urls).toEqual(['https://example.com/login'])
  expect(linesOf(file).filter((line) => line === 'tools/call')).toHaveLength(2)
  expect(readFileSync(`${file}.visited`, 'utf8')).toBe('x')
})

test('time stands still while a person is asked', async () => {
  const modern = await startModernServer()
  onTestFinished(() => modern.close())
  const definition = server('modern', { type: 'http', url: modern.url, headers: {} })
  const hub = startHub([definition], {
    elicit: async () => {
      await new Promise((resolve) => setTimeout(resolve, 2_000))
      return { action: 'accept', content: { name: 'Ada' } }
    },
  })
  await hub.ready()
  await hub.update([{ ...definition, timeouts: { call: 1_500 } }])
  expect(textOf(await callTool(hub, 'ask', {}))).toBe('Hello, Ada')
})

test('an interrupted call ends at a server of 2026-07-28 too', async () => {
  const modern = await startModernServer()
  onTestFinished(() => modern.close())
  const hub = startHub([server('modern', { type: 'http', url: modern.url, headers: {} })])
  await hub.ready()
  const stop = new AbortController()
  const call = callTool(hub, 'slow', {}, { signal: stop.signal })
  await eventually('the call has come', () => modern.counts.slow === 1)
  stop.abort(new Error('enough'))
  await expect(call).rejects.toThrow('enough')
  await eventually('the server has noticed', () => modern.counts.aborted === 1)
})

test('a resource that changes is told, in both eras', async () => {
  const modern = await startModernServer()
  onTestFinished(() => modern.close())
  const hub = startHub([
    server('modern', { type: 'http', url: modern.url, headers: {} }),
    server('older', scripted('watched')),
    server('deaf', scripted('plain')),
  ])
  const told: string[] = []
  hub.on((event) => {
    if (event.type === 'resource-updated') told.push(`${event.server} ${event.uri}`)
  })
  let changes = 0
  const newer = await hub.connection('modern')
  const stop = await newer.subscribe('test://note', () => changes++)
  await eventually('the change is told', () => {
    modern.updated('test://note')
    return changes > 0
  })
  await stop()
  const older = await hub.connection('older')
  let seen = 0
  const stopOlder = await older.subscribe('file:///a', () => seen++)
  await eventually('the older server tells', () => seen === 1)
  await stopOlder()
  expect(new Set(told)).toEqual(new Set(['modern test://note', 'older file:///a']))
  const deaf = await hub.connection('deaf')
  await expect(deaf.subscribe('file:///a', () => {})).rejects.toMatchObject({ code: 'not-supported' })
  expect(await newer.readResource('test://note')).toEqual([expect.objectContaining({ text: 'noted' })])
})

test('a server that always says that its tools have changed is asked less and less often', async () => {
  const file = `${temporaryFolder()}/log`
  const hub = startHub([server('restless', scripted('restless', file))])
  await hub.ready()
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  const lists = linesOf(file).filter((line) => line === 'tools/list').length
  expect(lists).toBeGreaterThan(1)
  expect(lists).toBeLessThan(10)
})

test('what a server does not have is told without asking it', async () => {
  const file = `${temporaryFolder()}/log`
  const hub = startHub([server('plain', scripted('plain', file))])
  const connection = await hub.connection('plain')
  expect(await connection.listPrompts()).toEqual([])
  expect(await connection.listSkills()).toEqual([])
  await expect(connection.getPrompt('a', {})).rejects.toMatchObject({ code: 'not-supported' })
  const of = { prompt: 'a' }
  await expect(connection.complete({ of, argument: 'a', value: '' })).rejects.toMatchObject({
    code: 'not-supported',
  })
  expect(linesOf(file).filter((line) => line.startsWith('prompts/'))).toEqual([])
})
