import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { findMutants } from './find-mutants.ts'
import { isolatedCopy } from './isolated-copy.ts'
import { type Mutant, plant } from './mutant.ts'
import { runTests } from './run-tests.ts'
import { sample } from './sample.ts'
import { openVerdicts, type Verdict } from './verdicts.ts'

/**
 * The packages that faults are planted in, and the projects whose tests must notice: its own first, then those that stand on it. A name after
 * the project picks its test files.
 */
const witnesses: Readonly<Record<string, readonly string[]>> = {
  core: ['core', 'checkpoint', 'tools', 'loop'],
  checkpoint: ['checkpoint', 'checkpoint-sqlite conformance transfer encryption upkeep', 'loop'],
  loop: ['loop', 'runtime'],
  tools: ['tools', 'runtime'],
}
/** The share of faults that the tests must notice. */
const threshold = 0.8

const root = join(import.meta.dirname, '../..')
const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '200' },
    jobs: { type: 'string', default: '2' },
    package: { type: 'string', multiple: true, default: Object.keys(witnesses) },
  },
})
const tree = execFileSync('git', ['rev-parse', 'HEAD^{tree}'], { cwd: root, encoding: 'utf8' }).trim()
const verdicts = openVerdicts(root, tree)

/** Runs each project's tests without a fault: they must pass, and say how long to wait for them. */
async function measurePatience(
  copy: string,
  projects: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const patience = new Map<string, number>()
  for (const project of projects) {
    const started = performance.now()
    const end = await runTests(copy, project, 600_000)
    if (end !== 'passed') throw new Error(`the tests of ${project} do not pass without a fault: ${end}`)
    const seconds = (performance.now() - started) / 1000
    console.log(`${project}: ${seconds.toFixed(1)} s without a fault`)
    patience.set(project, 1000 * (20 + 4 * seconds))
  }
  return patience
}

async function judge(copy: string, mutant: Mutant, patience: ReadonlyMap<string, number>): Promise<Verdict> {
  const file = join(copy, mutant.file)
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, plant(text, mutant))
  try {
    for (const project of witnesses[mutant.project] ?? []) {
      const end = await runTests(copy, project, patience.get(project) ?? 60_000)
      if (end !== 'passed') return { killedBy: project, how: end }
    }
    return { survived: true }
  } finally {
    writeFileSync(file, text)
  }
}

function report(mutant: Mutant, verdict: Verdict): void {
  const end = 'survived' in verdict ? 'SURVIVED' : `${verdict.how} in ${verdict.killedBy}`
  const [original, replacement] = [mutant.original, mutant.replacement].map((text) =>
    text.replaceAll(/\s+/g, ' ').slice(0, 60),
  )
  console.log(
    `${end.padEnd(24)} ${mutant.file}:${mutant.line} ${mutant.operator}: ${original} => ${replacement}`,
  )
}

async function work(copy: string, waiting: Mutant[], patience: ReadonlyMap<string, number>): Promise<void> {
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    const verdict = await judge(copy, mutant, patience)
    verdicts.add(mutant.id, verdict)
    report(mutant, verdict)
  }
}

async function judgeAll(copies: readonly string[], waiting: Mutant[]): Promise<void> {
  const projects = new Set(waiting.flatMap(({ project }) => witnesses[project] ?? []))
  const patience = await measurePatience(copies[0] ?? root, [...projects])
  await Promise.all(copies.map((copy) => work(copy, waiting, patience)))
}

function summarise(chosen: readonly Mutant[]): void {
  console.log('\nSurvivors:')
  const survived = chosen.filter(({ id }) => 'survived' in (verdicts.get(id) ?? {}))
  for (const mutant of survived) report(mutant, { survived: true })
  for (const project of values.package) {
    const own = chosen.filter((mutant) => mutant.project === project)
    const alive = own.filter((mutant) => survived.includes(mutant)).length
    console.log(`${project}: ${own.length - alive} of ${own.length} noticed`)
  }
  const share = (chosen.length - survived.length) / chosen.length
  console.log(
    `${(100 * share).toFixed(1)} % of ${chosen.length} noticed; at least ${100 * threshold} % must be`,
  )
  process.exitCode = share >= threshold ? 0 : 1
}

const copies = Array.from({ length: Number(values.jobs) }, () => isolatedCopy(root))
process.on('exit', () => {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true, maxRetries: 5 })
})
process.on('SIGINT', () => process.exit(130))

const all = values.package.flatMap((project) => findMutants(copies[0] ?? root, project))
const chosen = sample(all, Number(values.sample), tree)
const waiting = chosen.filter(({ id }) => verdicts.get(id) === undefined)
const judged = chosen.length - waiting.length
console.log(`tree ${tree}: ${chosen.length} of ${all.length} possible faults, ${judged} judged before`)
if (waiting.length > 0) await judgeAll(copies, waiting)
summarise(chosen)
