import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { memoryCheckpointer } from '@keepup/checkpoint'
import type { Model, Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { gitWorkspace } from '@keepup/workspace'
import { expect, onTestFinished, test, vi } from 'vitest'

import { readTree } from '../src/index.ts'
import { leasesOver, mortalStore } from './mortal-store.ts'
import { collect, endOf, expectSettled, results, scene } from './scene.ts'
import { aborted, lastText, thinkingModel, toolText } from './thinking-model.ts'

// Steps of git take long on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

interface Written {
  readonly path: string
  readonly text: string
}

/** Writes a file of the folder that an agent works in. */
function putTool(folder: string | undefined): Tool<Written> {
  return {
    name: 'put',
    description: 'Writes a file',
    input: jsonSchema<Written>({ type: 'object' }),
    repeat: 'idempotent',
    effects: ({ path }) => [{ kind: 'write', target: join(folder ?? '', path) }],
    async run({ path, text }) {
      writeFileSync(join(folder ?? '', path), text)
      return { content: [{ type: 'text', text: `wrote ${path}` }] }
    },
  }
}

async function place() {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-trees-'))
  const root = join(folder, 'project')
  mkdirSync(root)
  writeFileSync(join(root, 'shared.txt'), 'one\ntwo\nthree\n')
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const open = () => gitWorkspace({ root, storage: join(folder, 'snapshots') })
  return { root, open, read: (path: string) => readFileSync(join(root, path), 'utf8') }
}

/** Writes what its task says, `PATH=TEXT`, and says so. */
const writer: Model = thinkingModel((request) => {
  const [path = '', text = ''] = lastText(request).split('=')
  return toolText(request) === '' ? { calls: [['put', { path, text }]] } : { text: toolText(request) }
})

function boss(...tasks: readonly string[]): Model {
  return thinkingModel((request) =>
    toolText(request) === ''
      ? { calls: tasks.map((task) => ['delegate_to_agent', { role: 'writer', task }] as const) }
      : { text: 'done' },
  )
}

test('an agent that may write works in a tree of its own, and its changes are brought in', async () => {
  const { open, read } = await place()
  const { run, checkpointer } = scene({
    models: { main: boss('a.txt=A', 'b.txt=B'), writer },
    workspace: await open(),
    toolsFor: (folder) => [putTool(folder)],
  })
  const events = await collect(run, { input: 'Go' })
  expect(results(events, 'delegate_to_agent').join('\n')).toMatch(/Its changes are here now: [ab]\.txt\./)
  expect([read('a.txt'), read('b.txt'), read('shared.txt')]).toEqual(['A', 'B', 'one\ntwo\nthree\n'])
  await expectSettled(checkpointer)
})

test('two agents that edit one file end in a conflict that is told, and nothing is lost', async () => {
  const { open, read } = await place()
  const { run, checkpointer } = scene({
    models: { main: boss('shared.txt=mine', 'shared.txt=yours'), writer },
    workspace: await open(),
    toolsFor: (folder) => [putTool(folder)],
  })
  const events = await collect(run, { input: 'Go' })
  const told = results(events, 'delegate_to_agent')
  const conflict = told.find((text) => text.includes('These conflict and were left as they are here'))
  const [, left = ''] = /Its own files are in (\S+):/.exec(conflict ?? '') ?? []
  const texts = [read('shared.txt'), readFileSync(join(left, 'shared.txt'), 'utf8')]
  expect(texts.toSorted()).toEqual(['mine', 'yours'])
  expect(endOf(events).outcome).toEqual({ type: 'completed' })
  await expectSettled(checkpointer)
})

test('the tree of an agent whose process died is opened again', async () => {
  const { open, read } = await place()
  // A holder that is here is not provably dead: the next one waits until its lease is over.
  const store = memoryCheckpointer()
  const first = mortalStore(store)
  const wrote = Promise.withResolvers<void>()
  const slow = thinkingModel(async (request, signal) => {
    if (toolText(request) === '') return { calls: [['put', { path: 'half.txt', text: 'half' }]] }
    wrote.resolve()
    await aborted(signal)
    return {}
  })
  const shared = {
    toolsFor: (folder: string | undefined) => [putTool(folder)],
    parts: { leaseTtl: 300 },
  }
  const dying = scene({
    ...shared,
    models: { main: boss('half'), writer: slow },
    checkpointer: first.checkpointer,
    replayed: false,
    workspace: await open(),
  })
  const stop = new AbortController()
  const lost = collect(dying.run, { input: 'Go', signal: stop.signal }).catch(() => {})
  await wrote.promise
  first.die()
  stop.abort()
  await lost
  const folder = (await readTree(store, 'main')).agents[0]?.folder ?? ''
  expect(existsSync(join(folder, 'half.txt'))).toBe(true)
  await leasesOver(store)
  const { run } = scene({
    ...shared,
    models: { main: boss('half'), writer },
    checkpointer: store,
    workspace: await open(),
  })
  const end = endOf(await collect(run, {}))
  expect(end.outcome).toEqual({ type: 'completed' })
  expect(read('half.txt')).toBe('half')
  expect(existsSync(folder)).toBe(false)
  await expectSettled(store)
})

test('where no tree can be made, or none can be brought in, that is told and the run goes on', async () => {
  const { open, read } = await place()
  const files = await open()
  const shared = {
    models: { main: boss('a.txt=A'), writer },
    toolsFor: (folder?: string) => [putTool(folder)],
  }
  const unable = {
    ...files,
    branch: () => Promise.reject(new Error('the disk is full')),
  }
  const first = await collect(scene({ ...shared, workspace: unable }).run, { input: 'Go' })
  expect(results(first, 'delegate_to_agent')[0]).toMatch(/the disk is full\)\. Do the work yourself/)
  const stubborn = { ...files, merge: () => Promise.reject(new Error('somebody holds it')) }
  const second = await collect(scene({ ...shared, workspace: stubborn }).run, { input: 'Go' })
  const [told = ''] = results(second, 'delegate_to_agent')
  expect(told).toContain('Its changes were not taken over (somebody holds it).')
  const [, left = ''] = /Its own files are in (\S+):/.exec(told) ?? []
  expect(readFileSync(join(left, 'a.txt'), 'utf8')).toBe('A')
  expect(() => read('a.txt')).toThrow('ENOENT')
})
