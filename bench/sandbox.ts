import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

import type { Sandbox, SandboxedProgram } from '@keepup/core'
import { openSandbox, type SandboxName, workspaceProfile } from '@keepup/toolkit/sandbox'

import { median } from './median.ts'
import { publishResults, type Row } from './publish-results.ts'

const rounds = Number(process.env['KEEPUP_BENCH_ROUNDS'] ?? 60)
// Outside of the temporary folder, which sandboxes hide.
mkdirSync(join(homedir(), '.cache'), { recursive: true })
const scratch = mkdtempSync(join(homedir(), '.cache', 'keepup-bench-'))

/** A way to start a command, with the time that each part of it took, in milliseconds. */
interface Case {
  readonly label: string
  readonly sandbox: Sandbox | undefined
  readonly launch: number[]
  readonly afterwards: number[]
}

const environment = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' }

function projectWith(folders: number): string {
  const root = join(scratch, `project-${folders}`)
  mkdirSync(root)
  execFileSync('git', ['init', '-q'], { cwd: root })
  for (let index = 0; index < folders; index++) mkdirSync(join(root, `folder-${index}`))
  return root
}

async function run({ program, arguments: words, folder, environment: env }: SandboxedProgram): Promise<void> {
  const child = spawn(program, [...words], { cwd: folder, env, stdio: 'ignore' })
  const [code] = (await once(child, 'exit')) as [number | null] // the event's own arguments
  if (code !== 0) throw new Error(`it ended with ${code}`)
}

async function measure(root: string, { sandbox, launch, afterwards }: Case): Promise<void> {
  const program = { program: '/bin/bash', arguments: ['-c', ':'], folder: root, environment }
  const started = performance.now()
  const contained = await sandbox?.contain(program, workspaceProfile({ root }))
  await run(contained ?? program)
  const ended = performance.now()
  await contained?.release()
  launch.push(ended - started)
  afterwards.push(performance.now() - ended)
}

async function caseOf(name: SandboxName, root: string): Promise<readonly Case[]> {
  try {
    const options = { profile: workspaceProfile({ root }), state: join(scratch, 'state') }
    const sandbox = await openSandbox(name, options)
    return [{ label: name, sandbox, launch: [], afterwards: [] }]
  } catch (error) {
    console.error(`${name} is left out: ${error instanceof Error ? error.message : String(error)}`)
    return []
  }
}

function row(folders: number, { label, launch, afterwards }: Case, bare: Case | undefined): Row {
  const floor = bare?.launch ?? []
  return {
    case: label,
    folders,
    'wall ms': median(launch),
    'over bare ms': median(launch) - median(floor),
    'least over bare ms': Math.min(...launch) - Math.min(...floor),
    'looking afterwards ms': median(afterwards),
  }
}

async function measureProject(folders: number): Promise<readonly Row[]> {
  const root = projectWith(folders)
  const bare: Case = { label: 'bare', sandbox: undefined, launch: [], afterwards: [] }
  const cases = [bare, ...(await caseOf('bubblewrap', root)), ...(await caseOf('sandbox-runtime', root))]
  // Three uncounted rounds, in which the project is looked through for the first time; then every case once in each.
  for (let round = -3; round < rounds; round++) {
    for (const one of cases) {
      await measure(root, one)
      if (round < 0) one.launch.length = one.afterwards.length = 0
    }
  }
  for (const { sandbox } of cases) await sandbox?.[Symbol.asyncDispose]()
  return cases.map((one) => row(folders, one, bare))
}

try {
  publishResults({
    name: 'sandbox',
    about: `bash -c : in a project with so many folders, ${rounds} interleaved rounds, medians. "Over bare": what a sandbox adds until the command has ended.`,
    rows: [...(await measureProject(10)), ...(await measureProject(5_000))],
  })
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
