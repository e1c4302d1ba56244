import { memoryCheckpointer } from '@keepup/checkpoint'
import { KeepupError } from '@keepup/core'
import { createRuntime } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { expect, test } from 'vitest'

import { collect } from '../src/stream/collect.ts'
import { eventStream, type ServerEvent } from '../src/stream/event-stream.ts'
import { merged } from '../src/stream/merged.ts'
import { recentThreads } from '../src/stream/recent-threads.ts'
import { dangerous, serve, token, until } from './serve.ts'

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

/** Gives one value, and fails after it. */
async function* failing(): AsyncIterable<ServerEvent> {
  yield { event: 'a', data: 1 }
  throw new KeepupError('database-busy', 'The database is busy.')
}

/** Says nothing until it is told to end. */
function silent(signal: AbortSignal, ended: () => void): AsyncIterable<ServerEvent> {
  return (async function* () {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    ended()
    yield* []
  })()
}

test('a source that fails while its reader is slow fails for that reader, and for nobody else', async () => {
  const stop = new AbortController()
  const values = merged(
    failing(),
    silent(stop.signal, () => undefined),
  )[Symbol.asyncIterator]()
  expect((await values.next()).value).toEqual({ event: 'a', data: 1 })
  // Were its failure not held until now, the process would end here.
  await tick()
  await expect(values.next()).rejects.toThrow('The database is busy.')
  stop.abort()
})

test('a reader is told with which code its stream failed, and the stream ends', async () => {
  const { body } = eventStream(failing, {}, new AbortController().signal)
  const text = await new Response(body).text()
  expect(text).toContain('event: failed\ndata: {"code":"database-busy"}')
})

test('what cannot be written as JSON ends the stream, and closes the source', async () => {
  let closed = false
  const source = async function* (): AsyncIterable<ServerEvent> {
    try {
      for (;;) yield { event: 'a', data: 1n }
    } finally {
      closed = true
    }
  }
  const { body } = eventStream(source, {}, new AbortController().signal)
  expect(await new Response(body).text()).toContain('"code":"internal"')
  expect(closed).toBe(true)
})

test.each(['leaves', 'is sent away'])('a source that says nothing ends when its reader %s', async (how) => {
  const ended = Promise.withResolvers<void>()
  const away = new AbortController()
  const { body } = eventStream((signal) => silent(signal, ended.resolve), {}, away.signal)
  const reader = body?.getReader()
  await reader?.read()
  const waiting = reader?.read()
  if (how === 'leaves') await reader?.cancel()
  else away.abort()
  await ended.promise
  expect((await waiting)?.done).toBe(true)
})

test('a thousand who look at the same time cost the store one look', async () => {
  const checkpointer = memoryCheckpointer()
  let looks = 0
  const counting = {
    ...checkpointer,
    threads: (...asked: Parameters<typeof checkpointer.threads>) => {
      looks += 1
      return checkpointer.threads(...asked)
    },
  }
  const recent = recentThreads({ checkpointer: counting, token, hosts: [] })
  const lists = await Promise.all(Array.from({ length: 1000 }, () => recent(60_000)))
  expect(looks).toBe(1)
  expect(new Set(lists).size).toBe(1)
  expect(await recent(0)).toBe(lists[0])
  expect(looks).toBe(2)
})

test('a server that ends sends its readers away before its patience is over', async () => {
  const served = await serve()
  const { ask } = served
  await ask('/api/threads/t/runs', { input: 'hello' })
  const streams = await Promise.all([ask('/api/threads/t/events'), ask('/api/changes')])
  const ends = streams.map((stream) => stream.text())
  await served.close()
  // A connection that was torn down would reject.
  const [events = ''] = await Promise.all(ends)
  expect(events).toContain('event: entry')
})

test('pages elsewhere and programs without the token use up nothing of who signed in', async () => {
  const { url, ask } = await serve(undefined, { rate: 5 })
  const signedIn = await ask('/api/session', { token })
  const cookie = signedIn.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
  const foreign = { headers: { 'sec-fetch-site': 'cross-site' } }
  for (let at = 0; at < 20; at += 1) expect((await fetch(`${url}/api/threads`, foreign)).status).toBe(403)
  expect((await ask('/api/threads')).status).toBe(200)
  let last = 0
  while (last !== 429) last = (await fetch(`${url}/api/threads`)).status
  expect((await fetch(`${url}/api/threads`, { headers: { cookie } })).status).toBe(200)
})

test('at its start a server goes on with what was answered meanwhile, and tells what was cut off', async () => {
  const checkpointer = memoryCheckpointer()
  const steps = [{ calls: [{ name: 'delete', input: {} }] }, { text: 'Deleted.', repeat: true }]
  const first = createRuntime({ model: scriptedModel({ steps }), checkpointer, tools: [dangerous] })
  for (const thread of ['waits', 'answered']) {
    await collect(first.run({ thread, input: 'go', unattended: 'wait' }))
  }
  const before = await serve('no model', { checkpointer })
  const { approvals } = (await (await before.ask('/api/approvals')).json()) as {
    approvals: { id: string; thread: string; digest: string }[]
  }
  const open = approvals.find(({ thread }) => thread === 'answered')
  expect((await before.ask(`/api/approvals/${open?.id}`, { ...pick(open), allow: true })).status).toBe(200)
  const after = await serve(steps.slice(1), { checkpointer })
  expect(await after.goOn()).toEqual([])
  await until(async () => (await statusOf(after.ask, 'answered')) === 'finished')
  expect(await statusOf(after.ask, 'waits')).toBe('waiting')
})

function pick(open: { readonly thread: string; readonly digest: string } | undefined) {
  return { thread: open?.thread, digest: open?.digest }
}

async function statusOf(ask: (path: string) => Promise<Response>, thread: string): Promise<string> {
  return ((await (await ask(`/api/threads/${thread}`)).json()) as { status: string }).status
}
