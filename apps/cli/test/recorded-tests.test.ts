import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { expect, test, vi } from 'vitest'

import { buildProgram } from './build-program.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 120_000 })

const built = join(await buildProgram(), '..')
const execute = promisify(execFile)

/** Runs a built program. */
async function program(folder: string, home: string, words: readonly string[]) {
  const options = { cwd: home, env: { PATH: process.env['PATH'], HOME: home } }
  return execute(process.execPath, [join(folder, 'main.js'), ...words], options).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { readonly code: number; readonly stdout: string }) => ({ code, stdout }),
  )
}

/** A copy of the built program, far from everything that it could use, in which some text is another one. */
function changedCopy(from: string, to: string): string {
  const copy = join(temporaryFolder(), 'program')
  cpSync(built, copy, { recursive: true })
  writeFileSync(join(copy, 'package.json'), '{"type":"module"}')
  let changes = 0
  for (const name of readdirSync(copy, { recursive: true, encoding: 'utf8' })) {
    const file = join(copy, name)
    if (!statSync(file).isFile() || !name.endsWith('.js')) continue
    const text = readFileSync(file, 'utf8')
    changes += text.split(from).length - 1
    writeFileSync(
      file,
      text.replaceAll(from, () => to),
    )
  }
  expect(changes).toBeGreaterThan(0)
  return copy
}

/** A home with the recorded test of a run in which a call failed. */
async function recorded(): Promise<string> {
  const home = temporaryFolder()
  mkdirSync(join(home, 'tests'))
  const steps = [{ calls: [{ name: 'read', input: { path: 'missing.txt' } }] }, { text: 'There is none.' }]
  writeFileSync(join(home, 'script.json'), JSON.stringify({ steps }))
  const prompt = `Read the file that ${'very, '.repeat(20)}probably is missing`
  const flags = ['--thread', 'apple', '--model', 'scripted:script.json', '--snapshots', 'off']
  expect((await program(built, home, ['run', prompt, ...flags])).code).toBe(0)
  expect((await program(built, home, ['test', 'record', 'apple', 'tests/apple.jsonl'])).code).toBe(0)
  return home
}

test('a recorded test passes without model, tools and database, also in a copy of the program elsewhere', async () => {
  const home = await recorded()
  const same = changedCopy('It may have happened', 'It may have happened')
  for (const folder of [built, same]) {
    const { code, stdout } = await program(folder, temporaryFolder(), [
      'test',
      'run',
      join(home, 'tests/apple.jsonl'),
    ])
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/as recorded\n1 passed, 0 failed\n$/),
    })
  }
  // It is not written over by accident.
  const again = await program(built, home, ['test', 'record', 'apple', 'tests/apple.jsonl'])
  expect(again.code).toBe(2)
  expect((await program(built, home, ['test', 'record', 'apple', 'tests/apple.jsonl', '--force'])).code).toBe(
    0,
  )
})

test('it fails where the fold gives another state', async () => {
  const home = await recorded()
  const changed = changedCopy('.slice(0,80)', '.slice(0,79)')
  const { code, stdout } = await program(changed, home, ['test', 'run', 'tests/apple.jsonl'])
  expect({ code, stdout }).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('state changed: /title'),
  })
})

test('it fails where a call is rendered otherwise for the model, and names the entry', async () => {
  const home = await recorded()
  const changed = changedCopy('Failed (', 'It failed (')
  const { code, stdout } = await program(changed, home, ['test', 'run', 'tests/apple.jsonl', '--json'])
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ passed: false, diverged: { sequence: expect.any(Number) } })
  expect(stdout).toContain('the two model-called differ')
})

test('one bad file of several fails the run, and the others are run', async () => {
  const home = await recorded()
  writeFileSync(
    join(home, 'tests/cut.jsonl'),
    readFileSync(join(home, 'tests/apple.jsonl'), 'utf8').slice(0, 900),
  )
  const { code, stdout } = await program(built, home, [
    'test',
    'run',
    'tests/cut.jsonl',
    'tests',
    'tests/apple.jsonl',
  ])
  expect(code).toBe(1)
  expect(stdout).toMatch(/no whole recorded test[^]*fix: Record it anew[^]*1 passed, 2 failed\n$/)
})
