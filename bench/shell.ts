import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { judgeCommand, type ProfileName } from '@keepup/shell'
import { parse } from 'unbash'

import { publishResults, type Row } from './publish-results.ts'

const repository = join(import.meta.dirname, '..')
const shared = join(process.env['KEEPUP_SHARED'] ?? join(repository, '../shared'), 'data/shell-corpus.json')
const rounds = Number(process.env['KEEPUP_BENCH_ROUNDS'] ?? 200)

/** The corpus that lies beside the repository where it is there, else the lists of the package's own tests. */
function commands(): readonly string[] {
  if (existsSync(shared)) {
    const corpus = JSON.parse(readFileSync(shared, 'utf8')) as Record<
      'mustNotRun' | 'benign',
      { command: string }[]
    >
    return [...corpus.mustNotRun, ...corpus.benign].map(({ command }) => command)
  }
  const folder = join(repository, 'packages/shell/test/corpus')
  return ['read-only', 'developer', 'hostile'].flatMap((name) =>
    readFileSync(join(folder, `${name}.txt`), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('# ')),
  )
}

/** Times each command in each round, after as many rounds to get warm. */
function measure(label: string, all: readonly string[], run: (command: string) => unknown): Row {
  for (let round = 0; round < rounds; round++) for (const command of all) run(command)
  const times: number[] = []
  for (let round = 0; round < rounds; round++)
    for (const command of all) {
      const started = process.hrtime.bigint()
      run(command)
      times.push(Number(process.hrtime.bigint() - started) / 1000)
    }
  times.sort((a, b) => a - b)
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN
  return {
    what: label,
    commands: all.length,
    'p50 µs': at(0.5),
    'p90 µs': at(0.9),
    'p99 µs': at(0.99),
    'max µs': at(1 - 1 / times.length),
  }
}

const all = commands()
/** One place for all commands, as a policy has it: an index of git is read again only once it changed. */
const judging = (profile: ProfileName, root: string) => {
  const place = { root }
  return (command: string) => judgeCommand(command, profile, place)
}
publishResults({
  name: 'shell',
  about: `Deciding about one shell command of the corpus, warm, ${rounds} rounds: in a workspace that is not there, and in this repository.\nThe parser alone (unbash) shows what of it is parsing.`,
  rows: [
    measure('judgeCommand read-only, no workspace', all, judging('read-only', '/workspace')),
    measure('judgeCommand developer, no workspace', all, judging('developer', '/workspace')),
    measure('judgeCommand developer, this repository', all, judging('developer', repository)),
    measure('unbash parse', all, (command) => parse(command)),
  ],
})
