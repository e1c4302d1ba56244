import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test, vi } from 'vitest'

import manifest from '../package.json' with { type: 'json' }
import { runInProcess } from './run-in-process.ts'
import { keepup, program } from './start-keepup.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 30_000 })

describe('the program', () => {
  test('--version prints the version and loads nothing else', async () => {
    const home = temporaryFolder()
    // A loader hook that refuses every module but the three that --version needs.
    const guard = join(home, 'guard.mjs')
    writeFileSync(
      guard,
      `import { registerHooks } from 'node:module'
registerHooks({ load(url, context, next) {
  if (url.startsWith('file:') && !/\\/(main|node-version|version)\\.ts$|package\\.json$/.test(url)) throw new Error('loaded ' + url)
  return next(url, context)
} })`,
    )
    const { code, stdout, stderr } = await keepup(['--version'], { home, node: ['--import', guard] })
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' })
    const help = await keepup(['--help'], { home, node: ['--import', guard] })
    expect(help.stderr).toContain('loaded ')
  })

  test('a Node that is too old is told so in two lines, with an exit code of its own', async () => {
    const home = temporaryFolder()
    const pretend = join(home, 'old.mjs')
    writeFileSync(
      pretend,
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.0' } })`,
    )
    const { code, stdout, stderr } = await keepup(['run', 'x'], { home, node: ['--import', pretend] })
    expect({ code, stdout }).toEqual({ code: 70, stdout: '' })
    expect(stderr).toMatch(
      /^error: keepup needs Node 22\.18 or newer, and this is Node 20\.11\.0\nfix: .*\n$/,
    )
  })

  test('without words it prints its help', async () => {
    const { code, stdout } = await keepup([], { home: temporaryFolder() })
    expect(code).toBe(0)
    expect(stdout).toContain('keepup demo')
  })
})

test.each([
  [['rnu'], 'there is no command `rnu`', 'did you mean `run`?'],
  [['run', 'x', '--max-turns', '0'], 'max-turns: "0" is not a whole number above 0', '--help'],
  [['run', 'x', '--mode', 'all'], 'mode: "all" is not one of plan', '--help'],
  [['run', 'x', '--max-cost', 'much'], 'is not an amount of US dollars', '--help'],
  [['run', 'x', '--max-time', 'long'], 'is not a duration', '--help'],
  [['run', 'x', '--mdoe', 'ask'], '--mdoe', '--mode'],
  [['run', 'x', '--thread', 'e\u001B[31m'], 'thread: "e\u241B[31m" is not a name', '--help'],
  [['run', 'x', '--thread=-x'], 'thread: "-x" is not a name', '--help'],
  [['run', 'x', '--thread='], 'thread: "" is not a name', '--help'],
  [['run'], 'there is no prompt', 'keepup run "'],
  [['run', 'x', '--cwd', '/no/such/folder'], '/no/such/folder does not exist', '--cwd'],
  [['signal', 'x', 'ster', 'y'], 'there is no signal "ster"', 'did you mean steer?'],
  [['complete', 'csh'], 'there are no completions for "csh"', 'name one of bash'],
])('%j is refused with the fix', async (words, what, fix) => {
  const { code, stdout, stderr } = await runInProcess(words, { home: temporaryFolder() })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(what)
  expect(stderr).toContain(fix)
  expect(stderr.trimEnd().split('\n')).toHaveLength(2)
})

test.each(['', 'unset PWD;', 'PWD=/;'])(
  'a present folder that was removed is named, and no other used: %s',
  (before) => {
    const home = temporaryFolder()
    const gone = join(home, 'gone')
    mkdirSync(gone)
    const words = [process.execPath, ...program, 'run', 'x'].map((word) => `'${word}'`).join(' ')
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', `cd gone && rmdir ../gone && ${before} exec ${words}`],
      {
        cwd: home,
        env: { HOME: home, PATH: process.env['PATH'] },
        encoding: 'utf8',
      },
    )
    expect(status).toBe(2)
    expect(stderr).toMatch(/error: the folder \/.* \(removed\) does not exist\nfix: /)
  },
)

test('a store on a file system without room for folders is refused at once', () => {
  const home = temporaryFolder()
  const words = [...program, 'run', 'x', '--store', '/proc/keepup/keepup.db']
  const { status, stderr } = spawnSync(process.execPath, words, {
    cwd: home,
    env: { HOME: home },
    encoding: 'utf8',
    timeout: 10_000,
    killSignal: 'SIGKILL',
  })
  expect(status).toBe(22)
  expect(stderr).toMatch(/^error: The folder \/proc\/keepup .*\nfix: /)
})

test('bash completes with the printed script, also where bash-completion is not installed', async () => {
  const home = temporaryFolder()
  const { stdout: script } = await keepup(['complete', 'bash'], { home })
  writeFileSync(join(home, 'completion.bash'), script)
  writeFileSync(
    join(home, 'try.bash'),
    `keepup() { ${[process.execPath, ...program].join(' ')} "$@"; }
compopt() { :; }
source completion.bash
source completion.bash
COMP_WORDS=(keepup run --mod) COMP_CWORD=2
__keepup_complete
printf '%s\\n' "\${COMPREPLY[@]}"`,
  )
  const { stdout, stderr } = spawnSync('bash', ['--norc', 'try.bash'], {
    cwd: home,
    env: { HOME: home },
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(stdout.split('\n').map((line) => line.trim().split(/\s/)[0])).toEqual(
    expect.arrayContaining(['--mode', '--model']),
  )
})
