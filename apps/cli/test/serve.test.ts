import { setTimeout as sleep } from 'node:timers/promises'

import { expect, onTestFinished, test } from 'vitest'

import type { StopSignal } from '../src/host.ts'
import { startFakeServer } from './fake-server.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

interface Said {
  readonly url: string
  readonly token?: string
  readonly dashboard: boolean
}

/** Serves until the test says stop. */
async function served(words: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const stops: ((signal: StopSignal) => void)[] = []
  const said = Promise.withResolvers<Said>()
  const home = temporaryFolder()
  const ended = runInProcess(['serve', '--json', ...words], {
    home,
    variables: { NO_COLOR: '1', ...variables },
    onStop: (stop) => stops.push(stop),
    watch: (text) => {
      if (text.startsWith('{"url"')) said.resolve(JSON.parse(text))
    },
  })
  const { url, token = '', dashboard } = await said.promise
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const ask = async (path: string, body?: unknown): Promise<Response> =>
    fetch(`${url}/api${path}`, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
  return { home, token, dashboard, ask, stop: async () => (stops.forEach((stop) => stop('SIGTERM')), ended) }
}

async function statusOf(ask: (path: string) => Promise<Response>, thread: string): Promise<string> {
  const response = await ask(`/threads/${thread}`)
  if (!response.ok) return 'none'
  return ((await response.json()) as { status: string }).status
}

test('threads are served with a token; a run is started, asked about, answered, and seen by the command line', async () => {
  const model = await startFakeServer([
    { calls: [{ name: 'write', input: { path: 'note.txt', content: 'hello' } }] },
    { text: 'Written.' },
  ])
  onTestFinished(() => model[Symbol.asyncDispose]())
  const { ask, home, stop } = await served(['--model', model.model])
  expect((await ask('/threads/t/runs', { input: 'write a note' })).status).toBe(202)
  while ((await statusOf(ask, 't')) !== 'waiting') await sleep(20)
  const { approvals } = (await (await ask('/approvals')).json()) as {
    approvals: { id: string; digest: string }[]
  }
  const [open] = approvals
  const { id, digest } = open ?? { id: '', digest: '' }
  expect((await ask(`/approvals/${id}`, { thread: 't', digest, allow: true })).status).toBe(200)
  while ((await statusOf(ask, 't')) !== 'finished') await sleep(20)
  const ended = await stop()
  expect(ended.code).toBe(143)
  const shown = await runInProcess(['show', 't'], { home })
  expect(shown.stdout).toContain('Written.')
})

test('without a model threads are shown and nothing runs; a chosen token is not printed', async () => {
  const chosen = 'chosen-by-somebody-0123456789'
  const { ask, token, stop } = await served([], { KEEPUP_TOKEN: chosen })
  expect(token).toBe('')
  expect((await ask('/threads')).status).toBe(401)
  const { stderr } = await stop()
  expect(stderr).toContain('nothing runs here')
  expect(stderr).not.toContain(chosen)
})

test.each([
  [['--demo-agent'], '--a2a'],
  [['--no-token'], 'KEEPUP_TOKEN'],
  [['--grpc-port', '1'], '--a2a'],
])('%s is refused with what to do', async (words, fix) => {
  const { code, stderr } = await runInProcess(['serve', ...words], { home: temporaryFolder() })
  expect(code).toBe(2)
  expect(stderr).toContain(fix)
})
