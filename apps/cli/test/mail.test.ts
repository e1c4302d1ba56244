import { join } from 'node:path'

import { createMailboxes } from '@keepup/a2a'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'
import { expect, test, vi } from 'vitest'

import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 30_000 })

/** A home with a store of its own, the commands there, and a process that serves the mailbox `writer` until nothing waits. */
function scene() {
  const home = temporaryFolder()
  const path = join(home, 'store.db')
  const keepup = (...words: readonly string[]) =>
    runInProcess(words, { home, variables: { KEEPUP_STORE: path } })
  return {
    keepup,
    mail: (...words: readonly string[]) => keepup('mail', ...words),
    piped: (input: string, ...words: readonly string[]) =>
      runInProcess(['mail', ...words], { home, variables: { KEEPUP_STORE: path }, input }),
    serve: async (handle: (body: unknown) => void) => {
      const database = await openSqlite(path)
      await using mail = createMailboxes({ checkpointer: sqliteCheckpointer(database) })
      const options = { attempts: 2, backoff: () => 1 }
      await mail.serve({ ...options, address: 'writer', handle: ({ body }) => handle(body) }).drain()
      await database.close()
    },
  }
}

test('messages are sent, listed, die, and are redriven or discarded', async () => {
  const { mail, serve } = scene()
  expect(await mail('list')).toMatchObject({ code: 0, stdout: '' })
  expect((await mail('send', '--id', 'bad', 'writer', 'bitter', 'pill')).stdout).toBe(
    'bad to writer: accepted\n',
  )
  expect((await mail('send', '--id', 'worse', '--json', '--body', 'writer', '{"a":1}')).stdout).toBe(
    '{"to":"writer","id":"worse","receipt":"accepted"}\n',
  )
  expect((await mail('send', '--id', 'bad', 'writer', 'again')).stdout).toContain('duplicate')
  expect(JSON.parse((await mail('list', '--json')).stdout)).toMatchObject({
    address: 'writer',
    waiting: 2,
    dead: 0,
  })

  const bodies: unknown[] = []
  await serve((body) => {
    bodies.push(body)
    throw new Error('\u001B[31mno thanks')
  })
  expect(bodies).toEqual(['bitter pill', 'bitter pill', { a: 1 }, { a: 1 }])
  expect((await mail('list')).stdout).toMatch(/mailbox +waiting +open +dead +handled\nwriter +0 +0 +2 +0\n/)
  const { stdout } = await mail('dead', 'writer')
  // What a handler threw must not speak to the terminal.
  expect(stdout).not.toContain('\u001B[31m')
  expect(stdout).toContain('bitter pill')
  expect(JSON.parse((await mail('dead', 'writer', '--json')).stdout.split('\n')[1] ?? '')).toMatchObject({
    id: 'worse',
    body: { a: 1 },
    attempts: 2,
  })

  expect((await mail('redrive', 'writer', 'bad')).stdout).toBe('writer: 1 message to be handled again\n')
  expect((await mail('redrive', '--discard', 'writer', 'worse')).code).toBe(0)
  const again: unknown[] = []
  await serve((body) => void again.push(body))
  expect(again).toEqual(['bitter pill'])
  expect(JSON.parse((await mail('list', '--json')).stdout)).toMatchObject({ handled: 1, dead: 0 })
})

test('what is wrong is said, with what to do', async () => {
  const { mail, piped } = scene()
  await mail('send', 'writer', 'hello')
  for (const words of [
    ['send', 'bad name', 'x'],
    ['send', '--from', 'no good', 'writer', 'x'],
    ['send', '--body', 'writer', '{'],
    ['redrive', 'writer'],
    ['redrive', '--all', 'writer', 'one'],
    ['redrive', '--all', 'writer'],
    ['redrive', 'writer', 'nothing'],
  ]) {
    const { code, stderr } = await mail(...words)
    expect([words, code]).toEqual([words, 2])
    expect(stderr).toMatch(/^error: .+\nfix: .+/s)
  }
  expect((await piped('piped words\n', 'send', 'writer')).stdout).toContain('accepted')
  expect(JSON.parse((await mail('list', '--json')).stdout)).toMatchObject({ waiting: 2 })
})

test('mailboxes stand beside agents: the commands for threads go on', async () => {
  const { mail, keepup, serve } = scene()
  await mail('send', 'writer', 'hello')
  await serve(() => {})
  expect(await keepup('approvals', 'list')).toMatchObject({ code: 0 })
  const { code, stdout } = await keepup('threads', '--json')
  expect(code).toBe(0)
  expect(stdout).not.toContain('"running"')
})

test('what was handled long ago is pruned, what is dead or waits is not', async () => {
  const { mail, serve } = scene()
  await mail('send', '--id', 'bad', 'writer', 'bitter')
  for (const word of ['one', 'two']) await mail('send', '--id', word, 'writer', `SECRET-${word}`)
  await serve((body) => {
    if (body === 'bitter') throw new Error('no thanks')
  })
  await mail('send', '--id', 'last', 'writer', 'waits')
  const before = await mail('list', '--json')
  const dead = await mail('dead', 'writer', '--json')

  expect((await mail('prune')).code).toBe(2)
  expect((await mail('prune', '--older-than', 'soon')).code).toBe(2)
  expect((await mail('prune', '--older-than', '24h')).stdout).toBe('writer: nothing to prune\n')
  expect((await mail('prune', '--older-than', '1ms', '--dry-run')).stdout).toMatch(
    /^writer: \d+ entries would go\n$/,
  )
  const told = JSON.parse((await mail('prune', '--older-than', '1ms', '--json', 'writer')).stdout)
  expect(told).toMatchObject({ address: 'writer', asked: false })
  expect(told.entries).toBeGreaterThan(2)
  expect(await mail('list', '--json')).toEqual(before)
  expect(await mail('dead', 'writer', '--json')).toEqual(dead)
  expect((await mail('send', '--id', 'one', 'writer', 'again')).stdout).toContain('duplicate')
  expect((await mail('prune', '--older-than', '1ms', 'no body')).code).toBe(2)
  const handled: unknown[] = []
  await serve((body) => void handled.push(body))
  expect(handled).toEqual(['waits'])
})
