import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { KeepupError } from '@keepup/core'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { expect, onTestFinished, test, vi } from 'vitest'

import {
  callTool,
  eventually,
  isRunning,
  linesOf,
  scripted,
  server,
  startHub,
  temporaryFolder,
  textOf,
} from './hub.ts'

// Real servers start in seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 })

function pidsIn(file: string): readonly number[] {
  return linesOf(file).flatMap((line) => {
    const pid = /^(?:started|child) (\d+)$/.exec(line)?.[1]
    return pid === undefined ? [] : [Number(pid)]
  })
}

test('a server on the first SDK is spoken to', async () => {
  const file = fileURLToPath(new URL('servers/v1-server.mjs', import.meta.url))
  const hub = startHub([server('v1', { type: 'stdio', command: process.execPath, args: [file], env: {} })])
  await hub.ready()
  expect(textOf(await callTool(hub, 'shout', { text: 'loud' }))).toBe('LOUD')
})

test('what is no message is told and does no harm', async () => {
  const hub = startHub([server('garbage', scripted('garbage'))])
  await hub.ready()
  expect(textOf(await callTool(hub, 'echo'))).toBe('echo')
  const log = hub.log('garbage').join('\n')
  expect(log).toContain('Welcome to the server!')
  expect(log).toContain('no message')
})

test('a chatty server fills no memory: the last lines are kept, cut', async () => {
  const hub = startHub([server('chatty', scripted('chatty'))])
  await hub.ready()
  await eventually('the last line is there', () =>
    hub.log('chatty').some((line) => line.startsWith('line 4999')),
  )
  expect(hub.log('chatty').length).toBeLessThanOrEqual(201)
  expect(Math.max(...hub.log('chatty').map((line) => line.length))).toBeLessThan(2_100)
})

test('an answer beyond the bound is an error for its call alone', async () => {
  const hub = startHub([server('plain', scripted('plain'))])
  await hub.ready()
  const [huge, small] = await Promise.all([callTool(hub, 'huge'), callTool(hub, 'echo', { text: 'small' })])
  expect(huge).toMatchObject({ type: 'failed', message: expect.stringContaining('too large') })
  expect(textOf(small)).toBe('small')
  expect(textOf(await callTool(hub, 'echo'))).toBe('echo')
})

test('a server that ends at the probe is started once more, as an older one', async () => {
  const file = `${temporaryFolder()}/log`
  const hub = startHub([server('old', scripted('dies-at-probe', file))])
  await hub.ready()
  expect(textOf(await callTool(hub, 'echo'))).toBe('echo')
  expect(linesOf(file).filter((line) => line.startsWith('started'))).toHaveLength(2)
})

test('a server that cannot start says why; a command that is not there too; both beside one that works', async () => {
  const missing = { type: 'stdio', command: 'keepup-no-such-program', args: [], env: {} } as const
  const nowhere = { ...missing, command: process.execPath, cwd: '/no/such/folder' }
  const hub = startHub([
    server('dies', scripted('dies-at-start')),
    server('missing', missing),
    server('nowhere', nowhere),
    server('works', scripted('plain')),
  ])
  await hub.ready()
  const reasons = hub.servers().map((status) => ('reason' in status ? status.reason : status.state))
  expect(reasons[0]).toContain('cannot find its configuration')
  expect(reasons[1]).toContain('keepup-no-such-program')
  expect(reasons[2]).toContain('/no/such/folder')
  expect(reasons[3]).toBe('connected')
  expect(textOf(await callTool(hub, 'echo'))).toBe('echo')
})

test('a call that may be repeated survives the end of its server', async () => {
  const file = `${temporaryFolder()}/log`
  const hub = startHub([server('dying', scripted('idempotent', file))])
  await hub.ready()
  expect(textOf(await callTool(hub, 'die-once'))).toBe('alive again')
  expect(linesOf(file).filter((line) => line === 'die-once')).toHaveLength(2)
})

test('a call that must not be repeated is unknown, made once, and the server is there for the next', async () => {
  const file = `${temporaryFolder()}/log`
  const hub = startHub([server('dying', scripted('plain', file))])
  await hub.ready()
  const outcome = await callTool(hub, 'die-once')
  expect(outcome).toMatchObject({ type: 'unknown', reason: expect.stringContaining('may have been done') })
  expect(linesOf(file).filter((line) => line === 'die-once')).toHaveLength(1)
  expect(textOf(await callTool(hub, 'echo'))).toBe('echo')
})

test('a call without an answer is given up in its time, and told as unknown', async () => {
  const definition = server('silent', scripted('plain'))
  const hub = startHub([definition])
  await hub.ready()
  await hub.update([{ ...definition, timeouts: { call: 200 } }])
  const outcome = await callTool(hub, 'silent')
  expect(outcome).toMatchObject({ type: 'unknown', reason: expect.stringContaining('no answer for 200 ms') })
})

test('an interrupted call tells the server', async () => {
  const file = `${temporaryFolder()}/log`
  const hub = startHub([server('plain', scripted('plain', file))])
  await hub.ready()
  const stop = new AbortController()
  const call = callTool(hub, 'silent', {}, { signal: stop.signal })
  await eventually('the call has come', () => linesOf(file).includes('silent'))
  stop.abort(new Error('enough'))
  await expect(call).rejects.toThrow('enough')
  await eventually('the server was told', () => linesOf(file).includes('notifications/cancelled'))
})

test('G3: nothing is left of a server and its family, wherever it fled, however stubborn it is', async () => {
  const folder = temporaryFolder()
  const hub = startHub([
    server('family', scripted('family', `${folder}/family`)),
    server('stubborn', scripted('stubborn', `${folder}/stubborn`)),
    server('launcher', {
      type: 'stdio',
      command: '/bin/sh',
      args: ['-c', `"$0" "$@"; true`, process.execPath, ...argsOf(scripted('family', `${folder}/launched`))],
      env: {},
    }),
  ])
  await hub.ready()
  const pids = ['family', 'stubborn', 'launched'].flatMap((name) => pidsIn(`${folder}/${name}`))
  await eventually('all have started', () => pids.length >= 7 || pids.every(isRunning))
  await hub[Symbol.asyncDispose]()
  await eventually('none is left', () => !pids.some(isRunning))
  expect(pids.length).toBeGreaterThanOrEqual(7)
})

test('G3, the control: the bare SDK leaves the family of a launcher behind', async () => {
  const file = `${temporaryFolder()}/log`
  const client = new Client({ name: 'control', version: '1' })
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: argsOf(scripted('family', file)),
      stderr: 'ignore',
    }),
  )
  await eventually('the family is there', () => pidsIn(file).length === 3)
  await client.close()
  const left = pidsIn(file).filter(isRunning)
  onTestFinished(() => left.forEach((pid) => process.kill(pid, 'SIGKILL')))
  expect(left.length).toBeGreaterThan(0)
})

async function killHost(...args: readonly string[]): Promise<readonly number[]> {
  const file = `${temporaryFolder()}/log`
  const program = fileURLToPath(new URL('servers/host.ts', import.meta.url))
  const host = spawn(process.execPath, ['--conditions=@keepup/source', program, file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(host.stdout, 'data')
  await eventually('the family is there', () => pidsIn(file).length === 3)
  const pids = pidsIn(file)
  onTestFinished(() => {
    for (const pid of pids.filter(isRunning)) process.kill(pid, 'SIGKILL')
  })
  expect(pids.every(isRunning)).toBe(true)
  host.kill('SIGKILL')
  await once(host, 'close')
  return pids
}

test('kill -9 of the host leaves no orphan', async () => {
  const pids = await killHost()
  await eventually('none is left', () => !pids.some(isRunning))
  expect(pids).toHaveLength(3)
})

test('kill -9 of the host, the control: with the bare SDK the family stays', async () => {
  const pids = await killHost('bare')
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  expect(pids.filter(isRunning).length).toBeGreaterThan(0)
})

const cycles = Number(process.env['KEEPUP_MCP_CYCLES'] ?? 4)

test(`${cycles} times started and stopped leave nothing`, { timeout: 20_000 + cycles * 3_000 }, async () => {
  const file = `${temporaryFolder()}/log`
  const startAndStop = async (): Promise<void> => {
    const hub = startHub([server('family', scripted('family', file))])
    await hub.connection('family')
    await hub[Symbol.asyncDispose]()
  }
  for (let cycle = 0; cycle < cycles; cycle += 4) await Promise.all(Array.from({ length: 4 }, startAndStop))
  const pids = pidsIn(file)
  await eventually('none is left', () => !pids.some(isRunning))
  expect(pids.length).toBeGreaterThanOrEqual(cycles)
})

test('the environment of a server is its own and the harmless part of ours', async () => {
  const transport = {
    type: 'stdio',
    command: '/bin/sh',
    args: ['-c', 'env >&2; exec cat'],
    env: { OWN: 'yes' },
  } as const
  const environment = {
    PATH: process.env['PATH'],
    HOME: '/home/x',
    SECRET_TOKEN: 'hush',
    SHELLSHOCK: '() { :; }',
  }
  const hub = startHub([server('env', transport, { timeouts: { start: 500 } })], { environment })
  await expect(hub.connection('env')).rejects.toSatisfy((error) => KeepupError.is(error, 'tool-failed'))
  const log = hub.log('env').join('\n')
  expect(log).toContain('OWN=yes')
  expect(log).toContain('HOME=/home/x')
  expect(log).not.toContain('hush')
  expect(log).not.toContain('SHELLSHOCK')
})

function argsOf(transport: ReturnType<typeof scripted>): string[] {
  return transport.type === 'stdio' ? [...transport.args] : []
}
