import { execFile } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { expect, onTestFinished, test } from 'vitest'

import {
  editConfiguration,
  type McpConfiguration,
  watchConfiguration,
} from '../../src/configuration/index.ts'
import { type Home, makeHome } from './home.ts'

const own = '.config/keepup/mcp.json'

/** Follows a home, and waits for what it becomes. */
async function follow({ options }: Home) {
  const seen: McpConfiguration[] = []
  let wake = (): void => {}
  const watched = await watchConfiguration(options, {
    interval: 20,
    changed: (configuration) => {
      seen.push(configuration)
      wake()
    },
  })
  onTestFinished(() => watched[Symbol.asyncDispose]())
  const until = async (good: (configuration: McpConfiguration) => boolean): Promise<McpConfiguration> => {
    for (;;) {
      const found = seen.find(good)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  return { watched, until }
}

function names({ servers }: McpConfiguration): string {
  return servers.map(({ written }) => written.name).join()
}

test('a file that appears, changes, is replaced or goes is followed', async () => {
  const home = makeHome()
  const { watched, until } = await follow(home)
  expect(names(watched.current)).toBe('')
  home.put(own, { servers: { a: { command: 'x' } } })
  await until((now) => names(now) === 'a')
  home.put('.config/keepup/next', { servers: { b: { command: 'x' } } })
  renameSync(join(home.home, '.config/keepup/next'), join(home.home, own))
  await until((now) => names(now) === 'b')
  expect(names(watched.current)).toBe('b')
  home.put('project/.mcp.json', { mcpServers: { c: { command: 'x' } } })
  await until((now) => names(now) === 'b,c')
  rmSync(join(home.home, own))
  await until((now) => names(now) === 'c')
})

test('a file that is half written keeps its servers and what it includes, and that is told', async () => {
  const home = makeHome()
  home.put(own, { include: ['cursor'], servers: { a: { command: 'x' } } })
  home.put('.cursor/mcp.json', { mcpServers: { b: { command: 'x' } } })
  const { until } = await follow(home)
  home.put(own, '{"include": ["cursor"], "servers": {"c": {"comm')
  const half = await until(({ problems }) => problems.length > 0)
  expect(names(half)).toBe('a,b')
  expect(half.problems).toMatchObject([{ severity: 'error', file: join(home.home, own) }])
  home.put(own, { servers: { c: { command: 'x' } } })
  await until((now) => names(now) === 'c')
})

test('files of programs that are included later are followed from then on', async () => {
  const home = makeHome()
  const { until } = await follow(home)
  home.put(own, { include: ['gemini'] })
  await until(({ files }) => files.some((file) => file.includes('.gemini')))
  home.put('.gemini/settings.json', { mcpServers: { g: { command: 'x' } } })
  expect(names(await until((now) => names(now) === 'g'))).toBe('g')
})

test('an edit leaves everything else as it is, comments, order and unknown keys too', async () => {
  const { put } = makeHome()
  const text =
    '{\n    // mine\n    "z": 1,\n    "servers": {\n        "a": { "command": "x" /* why */ }\n    }\n}\n'
  const file = put(own, text)
  await editConfiguration(file, ['servers', 'b'], () => ({ command: 'y' }))
  const added = readFileSync(file, 'utf8')
  expect(added).toContain('    // mine\n    "z": 1,')
  expect(added).toContain('/* why */')
  expect(JSON.parse(added.replaceAll(/\/\/.*|\/\*.*?\*\//g, ''))).toMatchObject({
    servers: { b: { command: 'y' } },
  })
  await editConfiguration(file, ['servers', 'b'], () => undefined)
  const removed = readFileSync(file, 'utf8')
  expect(removed).toContain('// mine')
  expect(removed).toContain('/* why */')
  expect(removed).not.toContain('"b"')
})

test('a file is made where there is none, for its owner alone; a mode and a link stay', async () => {
  const { home, put } = makeHome()
  const made = join(home, 'new', 'mcp.json')
  await editConfiguration(made, ['servers', 'a b'], () => ({ command: 'x' }))
  expect(JSON.parse(readFileSync(made, 'utf8'))).toEqual({ servers: { 'a b': { command: 'x' } } })
  expect(statSync(made).mode & 0o777).toBe(0o600)
  const real = put('real.json', '{}')
  chmodSync(real, 0o640)
  symlinkSync(real, join(home, 'link.json'))
  await editConfiguration(join(home, 'link.json'), ['a'], () => 1)
  expect(lstatSync(join(home, 'link.json')).isSymbolicLink()).toBe(true)
  expect(statSync(real).mode & 0o777).toBe(0o640)
  expect(readFileSync(real, 'utf8')).toContain('"a": 1')
})

test('a file that is no JSON is not touched', async () => {
  const { put } = makeHome()
  const file = put(own, '{"servers": {')
  await expect(editConfiguration(file, ['servers', 'a'], () => ({}))).rejects.toThrow('line 1')
  expect(readFileSync(file, 'utf8')).toBe('{"servers": {')
})

test('a pipe in the place of a file is not waited for', async () => {
  const { home, load } = makeHome()
  const { execFileSync } = await import('node:child_process')
  execFileSync('mkfifo', [join(home, 'project', '.mcp.json')])
  expect(await load()).toMatchObject({ servers: [], problems: [{ message: 'it is no plain file' }] })
})

test('of many edits at once, from several processes, none is lost, and no lock is left, also of one that was killed', async () => {
  const { home, put } = makeHome()
  const file = put(own, { servers: {} })
  writeFileSync(`${file}.lock`, '999999999 dead')
  const module = new URL('../../src/configuration/index.ts', import.meta.url).href
  const script = `
    const { editConfiguration } = await import(${JSON.stringify(module)})
    await Promise.all(Array.from({ length: 10 }, (_, n) => editConfiguration(${JSON.stringify(file)}, ['servers', process.argv[1] + n], () => ({ command: 'x' }))))`
  const run = promisify(execFile)
  await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      run(process.execPath, ['--conditions=@keepup/source', '--input-type=module', '-e', script, name]),
    ),
  )
  const { servers } = JSON.parse(readFileSync(file, 'utf8')) as { servers: object }
  expect(Object.keys(servers)).toHaveLength(30)
  expect(readdirSync(join(home, '.config/keepup'))).toEqual(['mcp.json'])
})
