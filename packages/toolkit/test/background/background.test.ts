import { spawnSync } from 'node:child_process'
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { StartedProcess } from '@keepup/core'
import { describe, expect, test, vi } from 'vitest'

import { shellTool, toolkit } from '../../src/index.ts'
import { bubblewrapSandbox } from '../../src/sandbox/index.ts'
import { call, contextOf, newKey, temporaryFolder, textOf } from '../call-tool.ts'
import { eventually, processesWith, uniqueSeconds } from '../find-processes.ts'
import { dataOf, idOf, shellIn } from './commands.ts'

vi.setConfig({ testTimeout: 60_000 })

describe('a command in the background', () => {
  test('has an id at once, prints, reads input, and ends with its exit code', async () => {
    const { use } = await shellIn()
    const started = await use('shell', {
      command: 'echo ready; while read line; do echo "got $line"; done; echo bye >&2; exit 3',
      background: true,
    })
    const id = idOf(started)
    expect(textOf(started)).toBe(`ready\n[${id} runs]`)
    expect(dataOf(started)).toMatchObject({ id, running: true, from: 0, next: 6 })
    expect(textOf(await use('shell_output', { id }))).toBe(`[${id} runs]`)
    expect(textOf(await use('shell_input', { id, text: 'one\ntw' }))).toContain(`Wrote 6 bytes to ${id}`)
    expect(textOf(await use('shell_output', { id, wait_ms: 20_000 }))).toBe(`got one\n[${id} runs]`)
    await use('shell_input', { id, text: 'o\n', end: true })
    await eventually(async () => dataOf(await use('shell_output', { id, from: 0 }))['running'] === false)
    const last = await use('shell_output', { id })
    expect(textOf(last)).toBe(`got two\nbye\n[${id} ended. Exit code 3]`)
    expect(dataOf(last)).toMatchObject({ running: false, ended: 'itself', exitCode: 3 })
    expect(textOf(await use('shell_output', { id }))).toBe(`[${id} ended. Exit code 3]`)
    expect(textOf(await use('shell_output', { id, from: 0 }))).toMatch(/^ready\ngot one\ngot two\nbye\n/)
    expect(textOf(await use('shell_output', { id, from: 6 }))).toMatch(/^got one\n/)
    expect(textOf(await use('shell_output', { id, from: 999_999 }))).toMatch(/^\[cmd/)
    expect(await use('shell_input', { id, text: 'more' })).toMatchObject({
      type: 'failed',
      code: 'input-closed',
    })
  })

  test('that fails at once is told as that', async () => {
    const { use } = await shellIn()
    const started = await use('shell', { command: 'echo no >&2; exit 7', background: true })
    expect(textOf(started)).toBe(`no\n[${idOf(started)} ended. Exit code 7]`)
    expect(dataOf(started)).toMatchObject({ running: false, exitCode: 7 })
    const missing = await use('shell', { command: 'exec /no/such/program', background: true })
    expect(dataOf(missing)).toMatchObject({ running: false, exitCode: 127 })
  })

  test('is not begun before its process is recorded, and never where it cannot be', async () => {
    const root = await temporaryFolder()
    await using tools = toolkit({ root, background: { state: join(root, 'state') } })
    const shell = tools.find(({ name }) => name === 'shell') ?? shellTool(root)
    const seen: StartedProcess[] = []
    const context = contextOf(newKey(), {
      async processStarted(process) {
        await new Promise((resolve) => setTimeout(resolve, 200))
        expect(await readdir(root)).not.toContain('made')
        seen.push(process)
      },
    })
    await call(shell, { command: 'touch made', background: true }, context)
    expect(seen).toHaveLength(1)
    expect(await readdir(root)).toContain('made')
    const mark = uniqueSeconds()
    const refused = contextOf(newKey(), { processStarted: () => Promise.reject(new Error('lease lost')) })
    const outcome = await call(shell, { command: `touch never; sleep ${mark}`, background: true }, refused)
    expect(textOf(outcome)).toBe('lease lost')
    expect(await readdir(root)).not.toContain('never')
    expect(processesWith(mark)).toEqual([])
  })

  test('starts in the folder of the thread and does not move it', async () => {
    const { root, tools } = await shellIn()
    await mkdir(join(root, 'a/b'), { recursive: true })
    const shell = tools.find(({ name }) => name === 'shell')
    const context = contextOf(newKey(), { folder: join(root, 'a') })
    const outcome =
      shell === undefined ? undefined : await call(shell, { command: 'pwd; cd b', background: true }, context)
    expect(outcome).toMatchObject({
      output: { content: [{ text: expect.stringMatching(`^${join(root, 'a')}\n`) }] },
    })
    expect(outcome).not.toMatchObject({ output: { folder: expect.anything() } })
  })

  test('with a time-out is ended at it', async () => {
    const { use } = await shellIn()
    const mark = uniqueSeconds()
    const id = idOf(
      await use('shell', { command: `echo a; sleep ${mark}`, background: true, timeout_ms: 600 }),
    )
    expect(textOf(await use('shell_output', { id, from: 2, wait_ms: 30_000 }))).toContain(
      'took longer than it was given',
    )
    expect(processesWith(mark)).toEqual([])
  })

  test('belongs to its thread: for another the id is as unknown as one that was never given', async () => {
    const { use, start } = await shellIn()
    const mark = uniqueSeconds()
    const id = await start(`sleep ${mark}`)
    for (const [name, input] of [
      ['shell_output', { id }],
      ['shell_input', { id, text: 'x' }],
      ['shell_kill', { id }],
    ] as const) {
      const guessed = await use(name, input, 'another')
      const never = await use(name, { ...input, id: 'cmd-000000000000' })
      expect(guessed).toMatchObject({ type: 'failed', code: 'command-unknown' })
      expect(textOf(guessed).replace(id, 'ID')).toBe(textOf(never).replace('cmd-000000000000', 'ID'))
    }
    expect(processesWith(mark)).not.toEqual([])
  })

  test('is one of a few: more are refused with those that run', async () => {
    const { use, start } = await shellIn({ most: 2 })
    const ids = [await start('sleep 60'), await start('sleep 60')]
    const refused = await use('shell', { command: 'sleep 60', background: true })
    expect(refused).toMatchObject({ type: 'failed', code: 'too-many-commands' })
    for (const id of ids) expect(textOf(refused)).toContain(id)
    const other = await use('shell', { command: 'sleep 60', background: true }, 'another')
    expect(textOf(other)).toContain('None of them is yours')
    await use('shell_kill', { id: ids[0] })
    const both = await Promise.all([1, 2].map(() => use('shell', { command: 'sleep 60', background: true })))
    expect(both.map(({ type }) => type).toSorted()).toEqual(['completed', 'failed'])
  })

  test('declares for its input what the command and the text may do, and everything where it does not run', async () => {
    const { use, tools, start, root } = await shellIn()
    const id = await start('cat > made')
    const tool = tools.find(({ name }) => name === 'shell_input')
    const effects = tool?.effects({ id, text: 'rm precious' }) ?? []
    expect(effects).toContainEqual({ kind: 'exec', target: 'rm precious' })
    expect(effects).toContainEqual({ kind: 'exec', target: 'cat > made' })
    expect(effects).toContainEqual({ kind: 'write', target: join(root, 'made') })
    expect(effects).toContainEqual({ kind: 'delete', target: join(root, 'precious') })
    await use('shell_kill', { id })
    expect(tool?.effects({ id, text: 'x' })).toContainEqual({ kind: 'delete', target: '*' })
    expect(tool?.sinks).toMatchObject({ '/text': 'command' })
  })
})

describe('ending', () => {
  test('shell_kill ends what ignores SIGTERM, what fled, and shows the last words', async () => {
    const { use } = await shellIn()
    const mark = uniqueSeconds()
    const command = `trap 'echo last words' TERM; setsid sh -c 'trap "" TERM; sleep ${mark}' & (trap "" TERM; sleep ${mark}) & echo up; while :; do sleep ${mark} & wait; done`
    const id = idOf(await use('shell', { command, background: true }))
    await eventually(() => processesWith(mark).length > 2)
    const killed = await use('shell_kill', { id })
    expect(textOf(killed)).toContain('last words')
    expect(textOf(killed)).toContain(`[${id} was ended]`)
    expect(dataOf(killed)).toMatchObject({ running: false, ended: 'killed' })
    expect(processesWith(mark)).toEqual([])
    expect(textOf(await use('shell_kill', { id }))).toBe(`[${id} was ended]`)
  })

  test('a command that ends takes its daemons with it, also those that cleared their environment', async () => {
    const { use } = await shellIn()
    const mark = uniqueSeconds()
    const command = `setsid sleep ${mark} & (env -i setsid sleep ${mark} &) ; sleep ${mark} & sleep 0.5; echo over`
    const id = idOf(await use('shell', { command, background: true }))
    await eventually(async () => dataOf(await use('shell_output', { id, from: 0 }))['running'] === false)
    expect(processesWith(mark)).toEqual([])
  })

  test('the end of the toolkit ends them all, and what was kept is told honestly afterwards', async () => {
    const { use, tools, state, root } = await shellIn()
    const mark = uniqueSeconds()
    const ids: string[] = []
    for (let round = 0; round < 3; round++) {
      ids.push(idOf(await use('shell', { command: `echo kept ${round}; sleep ${mark}`, background: true })))
    }
    await tools[Symbol.asyncDispose]()
    expect(processesWith(mark)).toEqual([])
    const [id = ''] = ids
    const next = await shellIn({ state, root })
    const outcome = await next.use('shell_output', { id })
    expect(textOf(outcome)).toBe(`kept 0\n[${id} was ended with the program that ran it]`)
    expect(dataOf(outcome)).toMatchObject({ running: false, ended: 'with-program' })
    expect(await next.use('shell_input', { id, text: '' })).toMatchObject({ code: 'command-ended' })
    expect(await next.use('shell_kill', { id })).toMatchObject({ code: 'command-ended' })
    expect(await next.use('shell_output', { id }, 'another')).toMatchObject({ code: 'command-unknown' })
    // What was closed starts nothing any more.
    expect(await use('shell', { command: 'true', background: true })).toMatchObject({ code: 'interrupted' })
  })

  test('an abort while it is started leaves nothing of it', async () => {
    const { tools } = await shellIn()
    const mark = uniqueSeconds()
    const controller = new AbortController()
    const context = contextOf(newKey(), {
      signal: controller.signal,
      processStarted: async () => controller.abort(),
    })
    const shell = tools.find(({ name }) => name === 'shell')
    if (shell !== undefined) await call(shell, { command: `sleep ${mark}`, background: true }, context)
    expect(processesWith(mark)).toEqual([])
  })

  test('records of others, damaged ones and old ones do no harm', async () => {
    const { use, state, start } = await shellIn()
    const id = await start('echo x')
    await writeFile(join(state, 'cmd-aaaaaaaaaaaa.json'), '{"id":"cmd-aaaaaaaaaaaa","thread":')
    await writeFile(
      join(state, 'cmd-bbbbbbbbbbbb.json'),
      JSON.stringify({ id: 'cmd-bbbbbbbbbbbb', thread: 'thread' }),
    )
    for (const bad of ['cmd-aaaaaaaaaaaa', 'cmd-bbbbbbbbbbbb']) {
      expect(await use('shell_output', { id: bad })).toMatchObject({ code: 'command-unknown' })
    }
    const old = new Date(Date.now() - 8 * 24 * 3_600_000)
    await utimes(join(state, `${id}.json`), old, old)
    await writeFile(join(state, 'notes.txt'), 'of somebody else')
    await utimes(join(state, 'notes.txt'), old, old)
    const later = await shellIn({ state })
    expect(await later.use('shell_output', { id })).toMatchObject({ code: 'command-unknown' })
    expect(await readFile(join(state, 'notes.txt'), 'utf8')).toBe('of somebody else')
    const { mode } = await stat(state)
    expect(mode & 0o077).toBe(0)
  })
})

const there = process.platform === 'linux' && spawnSync('bwrap', ['--version']).status === 0
if (!there) console.warn('SKIPPED: there is no bubblewrap')

describe.runIf(there)('in bubblewrap', () => {
  test('it is held as in the foreground, takes input, ends whole, and what it left is made harmless', async () => {
    const base = await temporaryFolder()
    const root = join(base, 'root')
    await mkdir(root)
    const { use } = await shellIn({ root, sandbox: bubblewrapSandbox({ state: join(base, 'sandbox') }) })
    const mark = uniqueSeconds()
    const command = `touch ${base}/out; git init -q sub; echo x > sub/.git/hooks/pre-commit; read line; echo "got $line"; setsid sleep ${mark} & sleep ${mark}`
    const id = idOf(await use('shell', { command, background: true }))
    await use('shell_input', { id, text: 'word\n' })
    await eventually(async () => textOf(await use('shell_output', { id, from: 0 })).includes('got word'))
    expect(await readFile(join(base, 'out')).catch(() => 'none')).toBe('none')
    const killed = await use('shell_kill', { id })
    expect(textOf(killed)).toMatch(/pre-commit was renamed/)
    expect(processesWith(mark)).toEqual([])
  })
})
