import { type Schema, Validator } from '@cfworker/json-schema'
import { expect, test } from 'vitest'

import { type Served, serve, until } from './serve.ts'

interface Described {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly responses: Readonly<
              Record<string, { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }>
            >
          }
        >
      >
    >
  >
}

/** Asks, and holds the answer against what the document promises of it. */
async function asked(served: Served, method: string, path: string, template: string, body?: unknown) {
  const response = await served.ask(`/api${path}`, body)
  const document = (await (await served.ask('/api/openapi.json')).json()) as Described
  const promised = document.paths[template]?.[method]?.responses[String(response.status)]
  const schema = promised?.content['application/json']?.schema
  const answer: unknown = await response.json()
  if (schema === undefined)
    throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`)
  const { valid, errors } = new Validator(schema, '2020-12').validate(answer)
  expect(valid ? [] : errors).toEqual([])
  return answer
}

async function finished(served: Served, thread: string, status = 'finished'): Promise<void> {
  await until(async () => {
    const response = await served.ask(`/api/threads/${thread}`)
    return response.ok && ((await response.json()) as { status: string }).status === status
  })
}

test('a run is started, watched in the lists, looked into, forked, tagged, rewound and compared', async () => {
  const served = await serve([{ text: 'One.' }, { text: 'Two.' }, { text: 'Three.' }])
  await asked(served, 'post', '/threads/a/runs', '/threads/{thread}/runs', { input: 'hello' })
  await finished(served, 'a')
  expect(await asked(served, 'get', '/threads', '/threads')).toMatchObject({
    threads: [{ thread: 'a', running: false }],
  })
  expect(await asked(served, 'get', '/threads/a', '/threads/{thread}')).toMatchObject({ lastText: 'One.' })
  const page = (await asked(served, 'get', '/threads/a/entries?limit=2', '/threads/{thread}/entries')) as {
    entries: { sequence: number }[]
    more: boolean
  }
  expect(page.entries.map(({ sequence }) => sequence)).toEqual([1, 2])
  expect(page.more).toBe(true)
  const { checkpoints } = (await asked(
    served,
    'get',
    '/threads/a/checkpoints',
    '/threads/{thread}/checkpoints',
  )) as { checkpoints: { sequence: number }[] }
  const head = checkpoints.at(-1)?.sequence ?? 0
  await asked(served, 'post', '/threads/a/tags', '/threads/{thread}/tags', { tag: 'first', at: head })
  expect(
    await asked(served, 'get', '/threads/a/positions/first', '/threads/{thread}/positions/{position}'),
  ).toEqual({ thread: 'a', at: head })
  await asked(served, 'post', '/threads/a/fork', '/threads/{thread}/fork', {
    at: head,
    to: 'b',
    message: 'and now?',
  })
  await asked(served, 'post', '/threads/b/runs', '/threads/{thread}/runs', {})
  await finished(served, 'b')
  expect(await asked(served, 'get', '/threads/a/family', '/threads/{thread}/family')).toEqual({
    threads: ['a', 'b'],
  })
  const diff = await asked(served, 'post', '/diff', '/diff', {
    before: { thread: 'a', at: head },
    after: { thread: 'b', at: head + 3 },
  })
  expect(diff).toMatchObject({ past: expect.anything() })
  await asked(served, 'post', '/threads/a/rewind', '/threads/{thread}/rewind', { to: 2 })
  expect(await asked(served, 'get', '/threads/a', '/threads/{thread}')).not.toMatchObject({
    lastText: 'One.',
  })
})

test('questions of all agents are in one inbox; the first answer counts, and the run goes on by itself', async () => {
  const served = await serve([{ calls: [{ name: 'delete', input: {} }] }, { text: 'Deleted.' }])
  await served.ask('/api/threads/a/runs', { input: 'delete it' })
  await finished(served, 'a', 'waiting')
  const { approvals } = (await asked(served, 'get', '/approvals', '/approvals')) as {
    approvals: { id: string; thread: string; digest: string }[]
  }
  const [open] = approvals
  expect(open).toMatchObject({ thread: 'a', tool: 'delete', effects: [{ kind: 'delete', target: '/x' }] })
  const body = { thread: 'a', digest: open?.digest ?? '', allow: true }
  const changed = await served.ask(`/api/approvals/${open?.id}`, { ...body, digest: 'of another call' })
  expect(changed.status).toBe(409)
  const answers = await Promise.all([1, 2].map(() => served.ask(`/api/approvals/${open?.id}`, body)))
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409])
  await finished(served, 'a')
  expect(await asked(served, 'get', '/approvals', '/approvals')).toEqual({ approvals: [], unread: [] })
  expect(await (await served.ask('/api/threads/a')).json()).toMatchObject({ lastText: 'Deleted.' })
})

test('what is said to a thread reaches it once', async () => {
  const served = await serve([{ text: 'One.' }, { text: 'Two.' }])
  await served.ask('/api/threads/a/runs', { input: 'hello' })
  await finished(served, 'a')
  const said = { kind: 'message', text: 'more', id: 'once' }
  expect(await asked(served, 'post', '/threads/a/signals', '/threads/{thread}/signals', said)).toEqual({
    receipt: 'accepted',
  })
  expect(await asked(served, 'post', '/threads/a/signals', '/threads/{thread}/signals', said)).toEqual({
    receipt: 'duplicate',
  })
})

test.each([
  ['get', '/api/threads/nobody', undefined, 404, 'thread-unknown'],
  ['get', '/api/threads/a?at=99', undefined, 404, 'checkpoint-unknown'],
  ['get', '/api/threads/a?at=-1', undefined, 400, 'input-invalid'],
  ['get', '/api/threads?limit=0', undefined, 400, 'input-invalid'],
  ['get', '/api/nothing', undefined, 404, 'input-invalid'],
  ['get', '/api/threads/a/files', undefined, 501, 'not-supported'],
  ['post', '/api/threads/a/rewind', { to: 'yesterday' }, 400, 'input-invalid'],
  ['post', '/api/threads/a/fork', { at: 1, to: 'a' }, 409, 'thread-exists'],
  ['post', '/api/threads/a/signals', { kind: 'shout', text: 'x' }, 400, 'input-invalid'],
  ['post', '/api/approvals/none', { thread: 'a', digest: 'x', allow: true }, 409, 'checkpoint-conflict'],
] as const)('%s %s is refused with its reason', async (_, path, body, status, code) => {
  const served = await serve()
  await served.ask('/api/threads/a/runs', { input: 'hello' })
  await finished(served, 'a')
  const response = await served.ask(path, body)
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const told = (await response.json()) as { code: string; detail: string }
  expect(told.code).toBe(code)
  expect(told.detail.length).toBeGreaterThan(10)
})

test('a server without a model shows threads and starts nothing', async () => {
  const first = await serve()
  await first.ask('/api/threads/a/runs', { input: 'hello' })
  await finished(first, 'a')
  const { checkpointer } = first
  const shown = await serve('no model', { checkpointer })
  expect((await shown.ask('/api/threads/a')).status).toBe(200)
  expect((await shown.ask('/api/threads/a/runs', { input: 'hello' })).status).toBe(501)
})

test('a server that ends interrupts its runs, and each can be gone on with', async () => {
  const served = await serve([{ delay: 60_000, text: 'Too late.' }, { text: 'After all.' }])
  await served.ask('/api/threads/a/runs', { input: 'hello' })
  await served.close()
  const again = await serve([{ text: 'After all.' }], { checkpointer: served.checkpointer })
  expect(await (await again.ask('/api/threads/a')).json()).toMatchObject({
    status: 'finished',
    messages: [expect.anything()],
  })
  await again.ask('/api/threads/a/runs', { input: 'again' })
  await finished(again, 'a')
})
