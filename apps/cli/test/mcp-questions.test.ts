import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'

import type { JsonObject } from '@keepup/core'
import { expect, onTestFinished, test, vi } from 'vitest'

import type { StopSignal } from '../src/host.ts'
import { type FakeAnswer, startFakeServer } from './fake-server.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

// Real servers start in seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 })

const asker = join(import.meta.dirname, 'asking-mcp-server.ts')

/** A request that the server puts while its tool is called. */
interface Put {
  readonly method: 'elicitation/create' | 'sampling/createMessage'
  readonly params: JsonObject
}

interface Asked {
  readonly stderr: string
  readonly code: number
  /** What the model was told of the call. */
  readonly told: string
  readonly requests: number
}

/** Runs an agent that calls the server; whenever something of the script is printed, what stands beside it is typed. */
async function ask(
  put: Put,
  script: readonly (readonly [sign: string, typed: string])[] | 'nobody',
  { trust = {}, answers = [] }: { readonly trust?: object; readonly answers?: readonly FakeAnswer[] } = {},
): Promise<Asked> {
  const home = temporaryFolder()
  const servers = { asker: { command: process.execPath, args: [asker], trust } }
  mkdirSync(join(home, '.config', 'keepup'), { recursive: true })
  writeFileSync(join(home, '.config', 'keepup', 'mcp.json'), JSON.stringify({ servers, budget: 0 }))
  const call = { name: 'call_tool', input: { name: 'mcp__asker__ask', arguments: { ...put } } }
  const search = { calls: [{ name: 'search_tools', input: { query: 'ask' } }] }
  const server = await startFakeServer([search, { calls: [call] }, ...answers, { text: 'Done.' }])
  onTestFinished(() => server[Symbol.asyncDispose]())
  const words = ['run', 'go', '--mode', 'yolo', '--model', server.model]
  let stop: ((signal: StopSignal) => void) | undefined
  const typing = script === 'nobody' ? {} : typist(script, () => stop?.('SIGTERM'))
  const onStop = (given: typeof stop): void => void (stop = given)
  const printed = await runInProcess(words, { home, variables: { TERM: 'xterm' }, onStop, ...typing })
  const told = server.requests.map(({ body }) => JSON.stringify(body.messages.at(-1)?.content))
  return { ...printed, told: told.at(-1) ?? '', requests: server.requests.length }
}

/** `leave` ends what is typed, `stop` asks the program to end. */
function typist(script: readonly (readonly [string, string])[], stop: () => void) {
  const input = new PassThrough({ encoding: 'utf8' })
  const left = [...script]
  let seen = ''
  const watch = (text: string): void => {
    seen += text
    const [next] = left
    if (next === undefined || !seen.includes(next[0])) return
    left.shift()
    seen = ''
    const acts: Readonly<Record<string, () => void>> = { leave: () => input.end(), stop }
    setImmediate(acts[next[1]] ?? (() => input.write(next[1])))
  }
  return { input, watch, inputKind: 'terminal', terminal: 100 } as const
}

function form(properties: JsonObject, more: JsonObject = {}): Put {
  const requestedSchema = { type: 'object', properties, ...more }
  return { method: 'elicitation/create', params: { message: 'Which one?', requestedSchema } }
}

const colours = {
  name: { type: 'string', title: 'Your name' },
  colour: { type: 'string', enum: ['red', 'green'] },
  many: { type: 'integer', default: 3 },
  sure: { type: 'boolean' },
  days: {
    type: 'array',
    items: {
      anyOf: [
        { const: 'mo', title: 'Monday' },
        { const: 'tu', title: 'Tuesday' },
      ],
    },
  },
}

test('a server asks the person at the terminal, who fills in its form field by field', async () => {
  const { told, stderr, code } = await ask(form(colours, { required: ['name', 'colour'] }), [
    ['answer it', 'y\n'],
    ['words', '\n'],
    ['words', 'Ada\n'],
    ['of the list', 'blue\n'],
    ['of the list', '2\n'],
    ['enter: 3', '\n'],
    ['[n]o', 'maybe\n'],
    ['[n]o', 'yes\n'],
    ['numbers of the list', '2, 1\n'],
  ])
  expect(code).toBe(0)
  expect(stderr).toContain('The MCP server "asker" asks: Which one?')
  const content = { name: 'Ada', colour: 'green', many: 3, sure: true, days: ['tu', 'mo'] }
  expect(told).toContain(JSON.stringify(JSON.stringify({ action: 'accept', content })).slice(1, -1))
})

test('whoever says no declines, whoever leaves cancels, and neither ends the run', async () => {
  const said = await ask(form(colours), [['answer it', 'n\n']])
  expect([said.code, said.told]).toEqual([0, expect.stringContaining('decline')])
  const left = await ask(form(colours), [['answer it', 'leave']])
  expect([left.code, left.told]).toEqual([0, expect.stringContaining('cancel')])
})

test('a program that is asked to end while it asks ends', async () => {
  const { code, stderr } = await ask(form(colours), [['answer it', 'stop']])
  expect(code).toBe(143)
  expect(stderr).toContain('interrupting')
})

test('where nobody is there it is declined, and said', async () => {
  const { told, stderr, code } = await ask(form(colours), 'nobody')
  expect(code).toBe(0)
  expect(told).toContain('decline')
  expect(stderr).toContain('Which one? (nobody is here to answer, so it was declined)')
})

test('a form for a secret and a page of no public host are never shown', async () => {
  const secret = await ask(form({ value: { type: 'string', title: 'Your password' } }), [
    ['answer it', 'y\n'],
  ])
  expect(secret.told).toContain('decline')
  expect(secret.stderr).toContain('was declined: the form asks for a secret')
  expect(secret.stderr).not.toContain('answer it')
  const params = { mode: 'url', message: 'Go there', elicitationId: 'e', url: 'https://10.0.0.5/login' }
  const page = await ask({ method: 'elicitation/create', params }, [['open it', 'y\n']])
  expect(page.told).toContain('decline')
  expect(page.stderr).not.toContain('open it')
})

test('a page is opened after a yes alone, and its address is shown whole', async () => {
  const url = 'https://example.com/verify?code=1'
  const params = { mode: 'url', message: 'Go\u001B[2J there', elicitationId: 'e', url }
  const { told, stderr } = await ask({ method: 'elicitation/create', params }, [['open it', 'n\n']])
  expect(told).toContain('decline')
  expect(stderr).toContain(`The page: ${url}`)
  expect(stderr).not.toContain('\u001B[2J')
})

const wish: Put = {
  method: 'sampling/createMessage',
  params: {
    messages: [{ role: 'user', content: { type: 'text', text: 'Write a poem.' } }],
    systemPrompt: 'Obey.',
    includeContext: 'allServers',
    maxTokens: 9_000,
  },
}

test('no server may ask for a model’s answer unless a person trusts it so far', async () => {
  const { told, requests } = await ask(wish, [['[y]es', 'y\n']])
  expect(told).not.toContain('sampling')
  expect(told).toContain('elicitation')
  expect(requests).toBe(3)
})

test('one that may gets the bare answer to what the person saw and agreed to, each time', async () => {
  const trust = { sampling: true }
  const agreed = await ask(wish, [['at your cost', 'y\n']], { trust, answers: [{ text: 'A poem.' }] })
  expect(agreed.told).toContain('A poem.')
  expect(agreed.stderr).toContain('Write a poem.')
  expect(agreed.stderr).toContain('Obey.')
  const refused = await ask(wish, [['at your cost', 'n\n']], { trust })
  expect([refused.told, refused.requests]).toEqual([expect.stringContaining('nobody agreed'), 3])
  const alone = await ask(wish, 'nobody', { trust })
  expect([alone.told, alone.requests]).toEqual([expect.stringContaining('nobody agreed'), 3])
  expect(alone.stderr).toContain('nobody is here to agree')
})

test('a server that asks while a person decides about a call waits: one answer is not taken for another', async () => {
  const home = temporaryFolder()
  const servers = { asker: { command: process.execPath, args: [asker], env: { AFTER: join(home, 'asked') } } }
  const configuration = join(home, '.config', 'keepup')
  mkdirSync(configuration, { recursive: true })
  writeFileSync(join(configuration, 'mcp.json'), JSON.stringify({ servers, budget: 0 }))
  const rules = { rules: [{ tool: 'mcp__asker__ask', decision: 'allow' }] }
  writeFileSync(join(configuration, 'permissions.json'), JSON.stringify(rules))
  const call = { name: 'call_tool', input: { name: 'mcp__asker__ask', arguments: { ...form(colours) } } }
  const writing = { name: 'write', input: { path: 'a.txt', content: 'a' } }
  const server = await startFakeServer([
    { calls: [{ name: 'search_tools', input: { query: 'ask' } }] },
    { calls: [call] },
    { calls: [writing] },
    { text: 'Done.' },
  ])
  onTestFinished(() => server[Symbol.asyncDispose]())
  const input = new PassThrough({ encoding: 'utf8' })
  const order: string[] = []
  let seen = ''
  const watch = (text: string): void => {
    seen += text
    for (const [sign, typed] of [
      ['May "write" be run', 'n\n'],
      ['answer it', 'y\n'],
      ['words', 'leave'],
    ] as const) {
      if (order.includes(sign) || !seen.includes(sign)) continue
      order.push(sign)
      // The server asks now, and the person decides later.
      writeFileSync(join(home, 'asked'), '')
      setTimeout(() => (typed === 'leave' ? input.end() : input.write(typed)), 500)
    }
  }
  const words = ['run', 'go', '--mode', 'ask', '--model', server.model]
  const world = {
    home,
    variables: { TERM: 'xterm' },
    input,
    watch,
    inputKind: 'terminal',
    terminal: 100,
  } as const
  const { code, stderr } = await runInProcess(words, world)
  expect(code).toBe(0)
  expect(stderr.indexOf('May "write" be run')).toBeLessThan(stderr.indexOf('answer it'))
  expect(JSON.stringify(server.requests.at(-1)?.body.messages)).toContain('A person said no')
  expect(order).toEqual(['May "write" be run', 'answer it', 'words'])
})

test('whoever calls a tool by hand is asked, too', async () => {
  const home = temporaryFolder()
  mkdirSync(join(home, '.config', 'keepup'), { recursive: true })
  const servers = { asker: { command: process.execPath, args: [asker] } }
  writeFileSync(join(home, '.config', 'keepup', 'mcp.json'), JSON.stringify({ servers }))
  const call = ['mcp', 'call', 'asker', 'ask', JSON.stringify(form({ sure: { type: 'boolean' } }))]
  const typing = typist(
    [
      ['answer it', 'y\n'],
      ['[n]o', 'no\n'],
    ],
    () => {},
  )
  const asked = await runInProcess(call, { home, variables: { TERM: 'xterm' }, ...typing })
  expect(asked.stdout).toContain('"content":{"sure":false}')
  expect(asked.stdout).not.toContain('sampling')
  expect((await runInProcess(call, { home })).stdout).toContain('decline')
})
