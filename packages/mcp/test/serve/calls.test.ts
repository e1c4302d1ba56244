import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { verifyThread } from '@keepup/checkpoint'
import { serveMcpHttp } from '@keepup/mcp/serve'
import { describe, expect, onTestFinished, test, vi } from 'vitest'

import { eventually, startHub, temporaryFolder, textOf, callTool } from '../hub.ts'
import { connect, kinds, type Way } from './clients.ts'
import { dot, exampleTools, serveParts } from './serve-harness.ts'

vi.setConfig({ testTimeout: 60_000 })

const options = ['--conditions=@keepup/source', join(import.meta.dirname, 'served-server.ts')]

/** Serves over HTTP, in this process. */
async function serveHttp(parts = serveParts(exampleTools(), { mode: 'yolo' })) {
  const served = await serveMcpHttp(parts, { port: 0 })
  onTestFinished(() => served[Symbol.asyncDispose]())
  return { way: { url: served.url }, parts, served }
}

/** A server over stdio, in a process that the client starts. */
function stdioWay(): Way {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'work'))
  return { command: process.execPath, args: [...options, join(folder, 'threads.db'), join(folder, 'work')] }
}

describe.each(kinds)('a client of %s', (kind) => {
  test.each(['http', 'stdio'])('lists, calls and reads over %s', async (over) => {
    const client = await connect(kind, over === 'http' ? (await serveHttp()).way : stdioWay())
    const tools = await client.tools()
    expect(tools.map(({ name }) => name)).toEqual(tools.map(({ name }) => name).toSorted())
    expect(tools.find(({ name }) => name === 'add')?.annotations).toMatchObject({ readOnlyHint: true })
    expect(tools.find(({ name }) => name === 'change')?.annotations).toEqual({
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: false,
      openWorldHint: false,
    })
    expect(await client.call('add', { a: 1, b: 2 })).toMatchObject({
      content: [{ type: 'text', text: '3' }],
      structuredContent: { sum: 3 },
      meta: { 'keepup/outcome': { type: 'completed' }, 'keepup/thread': expect.stringMatching(/^mcp-/) },
    })
    expect((await client.call('picture')).content).toEqual([
      { type: 'image', data: dot, mimeType: 'image/png' },
    ])
    const wrong = await client.call('add', { a: 1 })
    expect(wrong).toMatchObject({ isError: true, meta: { 'keepup/outcome': { code: 'tool-input-invalid' } } })
    expect(JSON.stringify(wrong.content)).toContain('/b is missing')
    expect(await client.call('fail')).toMatchObject({
      isError: true,
      content: [{ text: 'it never works: try add' }],
    })
    await expect(client.call('ad')).rejects.toThrow('There is no tool "ad". These are there: add, change')
    const said: string[] = []
    await client.call('steps', {}, { progress: (text) => said.push(text) })
    expect(said).toEqual(['one', 'two', 'three'])
  })

  test('reads an output that was cut, page by page, and nothing else', async () => {
    const { way } = await serveHttp()
    const client = await connect(kind, way)
    const { content } = await client.call('long')
    const link = content.find(({ type }) => type === 'resource_link')
    expect(link).toMatchObject({ size: 800_000, mimeType: expect.stringContaining('text/plain') })
    let uri: string | undefined = String(link?.['uri'])
    let whole = ''
    let pages = 0
    while (uri !== undefined) {
      const page: { text: string; next?: string } = await client.read(uri)
      whole += page.text
      pages += 1
      uri = page.next
    }
    expect({ pages, same: whole === 'ä'.repeat(400_000) }).toEqual({ pages: 4, same: true })
    await expect(client.read(`keepup://artifact/${'0'.repeat(64)}`)).rejects.toThrow('not found')
    await expect(client.read('file:///etc/passwd')).rejects.toThrow('not found')
  })

  test('cancels a call, which is recorded, and the next one works', async () => {
    const { way, parts } = await serveHttp()
    const client = await connect(kind, way)
    const stop = new AbortController()
    const waiting = client.call('wait', {}, { signal: stop.signal })
    waiting.catch(() => {})
    const types = async (): Promise<readonly string[]> => {
      const found: string[] = []
      for await (const { thread } of parts.checkpointer.threads())
        for await (const entry of parts.checkpointer.log(thread)) found.push(entry.type)
      return found
    }
    await eventually('the call is under way', async () => (await types()).includes('tool-started'))
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await eventually('its outcome is recorded', async () => (await types()).includes('tool-finished'))
    expect(await types()).toContain('run-interrupted')
    expect(await client.call('add', { a: 2, b: 2 })).toMatchObject({ structuredContent: { sum: 4 } })
  })
})

test('asks nobody: what a person would have to allow is denied with the reason, and does not happen', async () => {
  const changed: string[] = []
  const { way } = await serveHttp(serveParts(exampleTools(changed)))
  const client = await connect('2025-11-25', way)
  const answer = await client.call('change', { what: 'x' })
  expect(answer).toMatchObject({ isError: true, meta: { 'keepup/outcome': { type: 'denied' } } })
  expect(JSON.stringify(answer.content)).toMatch(/Nobody could be asked: May .*change.* be run\?/)
  expect(changed).toEqual([])
  expect(await client.call('add', { a: 1, b: 1 })).not.toHaveProperty('isError')
})

test('fifty calls at once are each made once; those that change one after the other', async () => {
  const changed: string[] = []
  const { way, parts } = await serveHttp(serveParts(exampleTools(changed), { mode: 'yolo' }))
  const client = await connect('2026-07-28', way)
  const numbers = Array.from({ length: 50 }, (_, index) => index)
  const answers = await Promise.all(
    numbers.map((index) =>
      index % 2 === 0
        ? client.call('add', { a: index, b: 1 })
        : client.call('change', { what: String(index) }),
    ),
  )
  expect(answers.filter(({ isError }) => isError === true)).toEqual([])
  expect(answers[48]).toMatchObject({ structuredContent: { sum: 49 } })
  expect(changed.toSorted()).toEqual(
    numbers
      .filter((index) => index % 2 === 1)
      .map(String)
      .toSorted(),
  )
  const begun: string[] = []
  for await (const { thread } of parts.checkpointer.threads()) {
    expect(await verifyThread(parts.checkpointer, thread)).toHaveProperty('entries')
    for await (const entry of parts.checkpointer.log(thread))
      if (entry.type === 'tool-started') begun.push(thread)
  }
  expect(begun).toHaveLength(50)
})

test('calls that wait hold up nobody who only looks', async () => {
  const { way, parts } = await serveHttp()
  const client = await connect('2026-07-28', way)
  const stop = new AbortController()
  const waiting = [1, 2, 3].map(() => client.call('wait', {}, { signal: stop.signal }))
  for (const each of waiting) each.catch(() => {})
  expect(await client.call('add', { a: 1, b: 2 })).toMatchObject({ structuredContent: { sum: 3 } })
  stop.abort(new Error('enough'))
  await Promise.allSettled(waiting)
  const threads: string[] = []
  for await (const { thread } of parts.checkpointer.threads()) threads.push(thread)
  expect(threads.length).toBeGreaterThan(1)
})

test('our own hub uses it, over both transports', async () => {
  const { way } = await serveHttp()
  const stdio = stdioWay()
  const source = { scope: 'user' } as const
  const hub = startHub([
    { name: 'web', transport: { type: 'http', url: way.url, headers: {} }, enabled: true, source },
    ...('command' in stdio
      ? [{ name: 'here', transport: { type: 'stdio' as const, ...stdio, env: {} }, enabled: true, source }]
      : []),
  ])
  await hub.ready()
  for (const server of ['web', 'here']) {
    expect(textOf(await callTool(hub, `mcp__${server}__add`, { a: 20, b: 22 }))).toContain('42')
    expect(await callTool(hub, `mcp__${server}__fail`)).toMatchObject({ type: 'failed' })
  }
})
