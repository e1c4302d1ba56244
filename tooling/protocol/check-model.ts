import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What a check found. */
export interface Checked {
  readonly holds: boolean
  /** Different states of the whole that were reached. */
  readonly states: number
  /** What the checker printed. */
  readonly report: string
}

/** How a model is checked. */
export interface Checking {
  /** Macros of the model, with what they stand for; `true` where only their presence counts. */
  readonly macros?: Readonly<Record<string, number | true>>
  /** Whether something good must come about, where each process that can go on does so at some time; that nothing bad happens, when left out. */
  readonly ends?: boolean
}

/** Programs that checking takes and that are missing here. */
export function missingPrograms(): readonly string[] {
  return ['spin', 'cc'].filter((name) => spawnSync('which', [name]).status !== 0)
}

/**
 * Tries every step of a Promela model (Holzmann, The SPIN Model Checker, 2003). Rejects where the model cannot be compiled, and where its states do not fit the bounds
 * of the search, so that a search that was cut short is never taken for a proof.
 */
export async function checkModel(
  model: string,
  { macros = {}, ends = false }: Checking = {},
): Promise<Checked> {
  const folder = await mkdtemp(join(tmpdir(), 'keepup-protocol-'))
  try {
    const defined = Object.entries(macros).map(([name, value]) =>
      value === true ? `-D${name}` : `-D${name}=${value}`,
    )
    const kind = ends ? ['-DENDING'] : []
    await run('spin', [...defined, ...kind, '-a', model], { cwd: folder })
    // With fairness among the processes a search cannot be told that only safety counts.
    await run('cc', ['-O1', ends ? '-DNFAIR=3' : '-DSAFETY', '-o', 'check', 'pan.c'], { cwd: folder })
    const search = ends ? ['-a', '-f'] : []
    const { stdout } = await run('./check', [...search, '-m1000000', '-w24'], {
      cwd: folder,
      maxBuffer: 2 ** 24,
    })
    return readReport(stdout)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function readReport(report: string): Checked {
  const errors = /errors: (\d+)/.exec(report)?.[1]
  const states = /(\d+) states, stored/.exec(report)?.[1]
  const isCutShort =
    /error: max search depth too small|out of memory|Search not completed/i.test(report) && errors === '0'
  if (errors === undefined || states === undefined || isCutShort)
    throw new Error(`the search did not end:\n${report}`)
  return { holds: errors === '0', states: Number(states), report }
}
