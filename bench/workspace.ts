import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { gitWorkspace } from '@keepup/workspace'

import { median } from './median.ts'
import { publishResults, type Row } from './publish-results.ts'

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'keepup-bench-')))
const root = join(scratch, 'project')
const files = Number(process.env['KEEPUP_BENCH_FILES'] ?? 60_000)
const rounds = Number(process.env['KEEPUP_BENCH_ROUNDS'] ?? 9)
const perFolder = 60

function plainGit(...args: readonly string[]): void {
  const who = [
    '-c',
    'user.name=a',
    '-c',
    'user.email=a@example.org',
    '-c',
    'core.fsync=none',
    '-c',
    'gc.auto=0',
  ]
  const env = { PATH: process.env['PATH'], HOME: scratch, GIT_CONFIG_NOSYSTEM: '1' }
  execFileSync('git', [...who, ...args], { cwd: root, env, stdio: 'ignore' })
}

/** A project of one commit, packed, with 20,000 ignored files beside it. */
function makeProject(): void {
  for (let folder = 0; folder * perFolder < files; folder += 1) {
    mkdirSync(join(root, `d${folder}`), { recursive: true })
    for (let file = 0; file < perFolder; file += 1) {
      const words = `line ${folder} of ${file}, which no other file has; `
      writeFileSync(join(root, `d${folder}`, `f${file}.txt`), words.repeat(20 + ((folder + file) % 60)))
    }
  }
  mkdirSync(join(root, 'ignored'))
  for (let file = 0; file < 20_000; file += 1)
    writeFileSync(join(root, 'ignored', `${file}`), 'y'.repeat(500))
  writeFileSync(join(root, '.gitignore'), 'ignored/\n')
  plainGit('init', '-q')
  plainGit('add', '.')
  plainGit('commit', '-qm', 'all')
  plainGit('gc', '-q')
}

async function timed(times: number, act: (round: number) => Promise<unknown>): Promise<number> {
  const walls: number[] = []
  for (let round = 0; round < times; round += 1) {
    const start = performance.now()
    await act(round)
    walls.push(performance.now() - start)
  }
  return median(walls)
}

const touch = (round: number, file: number): string => {
  const path = `d${file % 100}/f${file % perFolder}.txt`
  appendFileSync(join(root, path), `${round} `)
  return path
}

async function measure(): Promise<readonly Row[]> {
  const rows: Row[] = []
  const add = (what: string, wall: number): void => void rows.push({ case: what, 'wall ms': wall })
  const first = await timed(3, async (round) => {
    const storage = join(scratch, `kept-${round}`)
    await (await gitWorkspace({ root, storage })).snapshot()
  })
  add('first snapshot, beside the project’s own git', first)
  const workspace = await gitWorkspace({ root, storage: join(scratch, 'kept-0') })
  const { id: start } = await workspace.snapshot()
  add('nothing changed, everything looked at', await timed(rounds, () => workspace.snapshot()))
  add(
    'one file changed, everything looked at',
    await timed(rounds, async (round) => {
      touch(round, 1)
      await workspace.snapshot()
    }),
  )
  add('one file changed, and named', await timed(rounds, (round) => workspace.snapshot([touch(round, 2)])))
  add(
    'a hundred files changed and named',
    await timed(rounds, (round) =>
      workspace.snapshot(Array.from({ length: 100 }, (_, file) => touch(round, file))),
    ),
  )
  const { id: later } = await workspace.snapshot()
  let at = later
  add(
    'a hundred files brought back',
    await timed(rounds, async () => {
      at = at === later ? start : later
      await workspace.restore(at)
    }),
  )
  return rows
}

async function main(): Promise<void> {
  makeProject()
  publishResults({
    name: 'workspace',
    about: `Snapshots of a working tree of ${files} files in ${Math.ceil(files / perFolder)} folders, 20,000 ignored ones beside them; medians.`,
    rows: await measure(),
  })
}

await main().finally(() => rmSync(scratch, { recursive: true, force: true }))
