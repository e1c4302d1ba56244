import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { openPostgres, statement } from '@keepup/database-postgres'
import { expect, inject, onTestFinished, test, vi } from 'vitest'

import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

/** A new, empty database on the test's server. */
async function newDatabase(): Promise<string> {
  const name = `travel_${randomBytes(6).toString('hex')}`
  const run = async (sql: string): Promise<void> => {
    const server = await openPostgres(inject('postgresUrl'), { connections: 1 })
    await server.query(statement(sql), [])
    await server.close()
  }
  await run(`CREATE DATABASE ${name}`)
  onTestFinished(() => run(`DROP DATABASE ${name} WITH (FORCE)`))
  return Object.assign(new URL(inject('postgresUrl')), { pathname: `/${name}` }).href
}

test('every verb travels in PostgreSQL as it does in SQLite', async () => {
  const home = temporaryFolder()
  const store = await newDatabase()
  const steps = [
    { calls: [{ name: 'glob', input: { pattern: '*' } }] },
    { text: 'Done.' },
    { text: 'More.', repeat: true },
  ]
  writeFileSync(join(home, 'script.json'), JSON.stringify({ steps }))
  const model = ['--model', 'scripted:script.json', '--snapshots', 'off']
  const go = async (verb: string, ...words: readonly string[]) => {
    const printed = await runInProcess([verb, ...words.slice(0, 1), '--store', store, ...words.slice(1)], {
      home,
    })
    expect({ verb, words, ...printed }).toMatchObject({ code: 0 })
    return printed.stdout
  }
  await go('run', 'one', '--thread', 'apple', ...model)
  await go('run', 'two', '--thread', 'apple', ...model)
  await go('tag', 'apple', 'good', '--at', '-2')
  await go('fork', 'apple', '--at', 'message:1', '--as', 'pear', '--message', 'else')
  await go('resume', 'pear', ...model)
  await go('fork', 'pear', '--at', '3', '--as', 'plum')
  await go('rewind', 'apple', '--to', 'message:2')
  expect(await go('history', 'apple')).toContain('(rewound)')
  expect(await go('history', 'plum', '--limit', '2')).not.toBe('')
  expect(await go('show', 'apple', '--at', 'good')).toContain('two')
  expect(await go('show', 'apple', '--all')).toMatch(/hidden by the rewind[^]*two/)
  expect(await go('diff', 'apple', 'pear')).toContain('+ user: else')
  expect(await go('compare', 'apple')).toMatch(/^plum /m)
  for (const thread of ['apple', 'pear']) expect(await go('replay', thread)).toContain('byte-identical')
  const found = await go('bisect', 'pear', '--', '! grep -q "Done" "$KEEPUP_STATE"')
  expect(found).toMatch(/first fails at \d+ of pear; it passes at \d+/)
  const file = join(home, 'pear.jsonl')
  const recorded = await runInProcess(['test', 'record', 'pear', file, '--store', store], { home })
  expect(recorded).toMatchObject({ code: 0 })
  expect((await runInProcess(['test', 'run', file], { home })).stdout).toContain('1 passed')
})
