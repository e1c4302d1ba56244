import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { buildProgram } from './build-program.ts'
import { createRandom } from './kill/random.ts'
import { fugitives, type OrphanCase, type OrphanReport, runOrphanCase } from './orphans/orphan-case.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** How many kills of the host in each place: a few by default, KEEPUP_ORPHANS for all of them. */
const kills = Number(process.env['KEEPUP_ORPHANS'] ?? 3)
const seed = Number(process.env['KEEPUP_SEED'] ?? 20261121)
const main = process.env['KEEPUP_MAIN'] ?? (await buildProgram())
if (process.env['KEEPUP_MAIN'] === undefined) afterAll(() => rmSync(dirname(main), { recursive: true }))

const here = process.platform === 'linux'
const bubblewrap = here && spawnSync('bwrap', ['--version']).status === 0
const timeout = 60_000 + kills * 20_000

function chooseCase(
  index: number,
  folder: string,
  sandbox: OrphanCase['sandbox'],
  signal: OrphanCase['kill']['signal'],
): OrphanCase {
  const random = createRandom(seed + index)
  const names = Object.keys(fugitives)
  const home = join(folder, `${sandbox}-${signal}-${index}`)
  mkdirSync(home)
  return {
    main,
    home,
    thread: `orphan-${process.pid}-${sandbox}-${signal}-${index}`,
    seconds: `8${random(1_000_000_000)}.${process.pid}${index}`,
    fugitives: Array.from({ length: 3 }, () => names[random(names.length)] ?? ''),
    sandbox,
    kill: { signal, lines: 3 + random(18), delay: random(200) },
  }
}

async function tryAll(
  sandbox: OrphanCase['sandbox'],
  signal: OrphanCase['kill']['signal'],
): Promise<readonly OrphanReport[]> {
  const folder = temporaryFolder()
  const reports: OrphanReport[] = []
  for (let index = 0; index < kills; index++) {
    reports.push(await runOrphanCase(chooseCase(index, folder, sandbox, signal)))
  }
  const sum = (count: (report: OrphanReport) => number): number =>
    reports.reduce((total, report) => total + count(report), 0)
  console.log(
    `SEED=${seed} ${sandbox} ${signal}: ${sum(({ killed }) => Number(killed))} of ${kills} ended by the signal itself; ` +
      `${sum(({ begun }) => begun)} fugitives; alive at once ${sum(({ atOnce }) => atOnce.length)}, ` +
      `after the next start ${sum(({ later }) => later.length)}, untold ${sum(({ untold }) => untold.length)}`,
  )
  return reports
}

test.skipIf(here)('processes of this system are NOT looked at: the tests of orphans are skipped', () => {
  expect(here).toBe(false)
})

describe.runIf(bubblewrap)('in the sandbox nothing survives', () => {
  test('a killed program', { timeout }, async () => {
    const reports = await tryAll('bubblewrap', 'SIGKILL')
    expect(reports.flatMap(({ later }) => later)).toEqual([])
    expect(reports.some(({ begun }) => begun > 0)).toBe(true)
  })

  test('a program that is told to end', { timeout }, async () => {
    const reports = await tryAll('bubblewrap', 'SIGTERM')
    expect(reports.flatMap(({ atOnce }) => atOnce)).toEqual([])
  })
})

describe.runIf(here)('without one everything that survives is told of', () => {
  test('a killed program', { timeout }, async () => {
    const reports = await tryAll('off', 'SIGKILL')
    expect(reports.flatMap(({ untold }) => untold)).toEqual([])
    // The control of the tests above: here they do get away.
    expect(reports.some(({ atOnce }) => atOnce.length > 0)).toBe(true)
  })

  test('a program that is told to end', { timeout }, async () => {
    const reports = await tryAll('off', 'SIGTERM')
    expect(reports.flatMap(({ untold }) => untold)).toEqual([])
  })
})
