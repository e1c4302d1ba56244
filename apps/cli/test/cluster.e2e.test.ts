import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { openPostgres, statement } from '@keepup/database-postgres'
import { expect, inject, onTestFinished, test } from 'vitest'

import { keepup, type Running, startKeepup } from './start-keepup.ts'
import { temporaryFolder } from './temporary-folder.ts'

const page = readFileSync(new URL('../../../docs/from-one-machine-to-many.md', import.meta.url), 'utf8')
const address = 'postgres://keepup@db.example:5432/keepup'

/** What the page has a reader do: its blocks of commands and of SQL, line by line. */
function steps(): readonly { readonly language: string; readonly line: string }[] {
  return [...page.matchAll(/```(sh|sql)\n([^]*?)```/g)].flatMap(([, language = '', block = '']) =>
    block
      .trim()
      .split('\n')
      .map((line) => ({ language, line })),
  )
}

/** The words of a command, as a shell reads those of the page: quotes and the home alone. */
function words(command: string, home: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain = '']) =>
    (quoted ?? plain).replace(/^~/, home),
  )
}

test('whoever follows the page from one machine to many ends with three workers, and both threads done', async () => {
  const home = temporaryFolder()
  writeFileSync(join(home, 'script.json'), JSON.stringify({ steps: [{ text: 'Listed.', repeat: true }] }))
  const name = `cluster_${randomBytes(6).toString('hex')}`
  const real = Object.assign(new URL(inject('postgresUrl')), { pathname: `/${name}` }).href
  const sql = async (text: string): Promise<void> => {
    const server = await openPostgres(inject('postgresUrl'), { connections: 1 })
    await server.query(statement(text), [])
    await server.close()
  }
  onTestFinished(() => sql(`DROP DATABASE ${name} WITH (FORCE)`))
  const variables: Record<string, string> = { KEEPUP_MODEL: `scripted:${join(home, 'script.json')}` }
  const run = (command: readonly string[]) => keepup(command, { home, variables: { ...variables } })
  const workers: Running[] = []
  const begin = (command: readonly string[]): void => {
    workers.push(startKeepup(command, { home, variables: { ...variables } }))
  }
  onTestFinished(() => workers.forEach(({ child }) => child.kill('SIGKILL')))
  const told = new Map<string, string>()
  for (const { language, line } of steps()) {
    if (language === 'sql') {
      await sql(line.replace('DATABASE keepup;', `DATABASE ${name}`))
      continue
    }
    const [, variable, value = ''] = /^export (\w+)=(.*)$/.exec(line) ?? []
    if (variable !== undefined) {
      variables[variable] = value.replace(address, real)
      continue
    }
    const [program, ...command] = words(line.replace(address, real), home)
    expect(program).toBe('keepup')
    if (command[0] === 'worker') {
      begin(command)
      // On each machine: three of them share the store on the server.
      if (variables['KEEPUP_STORE'] !== undefined) [1, 2].forEach(() => begin(command))
      continue
    }
    const { code, stdout, stderr } = await run(command)
    expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' })
    told.set(line, stdout)
  }
  expect(told.get('keepup watch first')).toContain('Listed.')
  expect((await run(['watch', 'second'])).stdout).toContain('Listed.')
  const { workers: living } = JSON.parse((await run(['cluster', 'status', '--json'])).stdout)
  expect(living).toHaveLength(3)
  for (const { child } of workers) child.kill('SIGTERM')
  const ends = await Promise.all(workers.map(({ ended }) => ended))
  expect(ends.map(({ code }) => code)).toEqual([143, 143, 143, 143])
}, 240_000)
