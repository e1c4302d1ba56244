import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { readOnlyPrograms } from '../src/data/read-only-programs.ts'
import { judgeCommand } from '../src/index.ts'
import { createChance } from './chance.ts'
import { benignMutations, hostileMutations, mutant } from './mutants.ts'
import { readCorpus } from './read-corpus.ts'
import { nowhere, sharedCorpus } from './shared-corpus.ts'
import { makeWorkspace, missingPrograms, runTraced, type TracedRun } from './traced-run.ts'

const seed = Number(process.env['KEEPUP_SEED'] ?? 20_261_121)
const sampled = Math.ceil(Number(process.env['KEEPUP_LIVES'] ?? 5000) / 100)
const missing = missingPrograms()
const mandatory = process.env['CI'] !== undefined
if (missing.length > 0 && !mandatory)
  console.warn(
    `${missing.join(', ')} missing: no command is really run, and the differential test is skipped`,
  )

const scratch = mkdtempSync(join(tmpdir(), 'keepup-shell-'))
const workspace = join(scratch, 'workspace')
let runs: readonly TracedRun[] = []

/** Everything that `read-only` allows: of both corpora, of mutants of them, and of what is hostile were it allowed. */
function allowedCommands(): readonly string[] {
  const shared = sharedCorpus()
  const harmless = [
    ...(shared?.benign ?? []).flatMap(({ command, profile }) => (profile === 'read-only' ? [command] : [])),
    ...readCorpus('read-only'),
  ]
  const hostile = [...(shared?.mustNotRun ?? []).map(({ command }) => command), ...readCorpus('hostile')]
  const chance = createChance(seed)
  const mutants = Array.from({ length: sampled }, () => mutant(harmless, benignMutations, chance).command)
  const odd = Array.from({ length: sampled }, () => mutant(harmless, hostileMutations, chance).command)
  const commands = [...new Set([...harmless, ...mutants, ...odd, ...hostile])]
  return commands.filter(
    (command) => judgeCommand(command, 'read-only', { ...nowhere, root: workspace }).decision === 'allow',
  )
}

test.runIf(mandatory)('everything that the differential test needs is here', () => {
  expect(missing).toEqual([])
})

describe.skipIf(missing.length > 0)('what is allowed as read-only, really run under a trace', () => {
  beforeAll(() => {
    for (const name of ['workspace', 'traces', 'control']) mkdirSync(join(scratch, name))
    makeWorkspace(workspace)
    runs = runTraced(allowedCommands(), workspace, join(scratch, 'traces'))
  }, 300_000)
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  test('runs, most of it to a good end', () => {
    expect(runs.length).toBeGreaterThan(350)
    expect(runs.filter(({ status }) => status === 0).length / runs.length).toBeGreaterThan(0.5)
  })

  test('opens nothing for writing, changes nothing and connects to nothing', () => {
    expect(runs.flatMap(({ command, faults }) => (faults.length > 0 ? [{ command, faults }] : []))).toEqual(
      [],
    )
  })

  test('runs no program outside of the list', () => {
    const known = (program: string): boolean =>
      readOnlyPrograms.has(basename(program)) || basename(program) === 'bash'
    const others = runs.flatMap(({ command, programs }) =>
      programs.filter((program) => !known(program)).map((program) => ({ command, program })),
    )
    expect(others).toEqual([])
  })

  test('a command that writes, connects or runs something else is seen: the control', () => {
    const control = [
      'echo x > f2',
      'rm f',
      'touch f',
      'exec 3<>/dev/tcp/127.0.0.1/1',
      'env ls',
      'sed -i s/a/b/ f',
    ]
    const seen = runTraced(control, workspace, join(scratch, 'control'))
    const odd = seen.filter(
      ({ faults, programs }) => faults.length > 0 || programs.some((program) => basename(program) === 'env'),
    )
    expect(odd.map(({ command }) => command)).toEqual(control)
  })
})
