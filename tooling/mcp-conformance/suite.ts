import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A version of the conformance suite. */
export interface Suite {
  readonly name: string
  /** Under which it is installed. */
  readonly packageName: string
}

/** What one scenario came to. Without a problem it passed and proved something. */
export interface Verdict {
  readonly successes: number
  readonly problem?: string
}

interface Check {
  readonly id?: string
  readonly status?: string
  readonly errorMessage?: string
}

const driver = fileURLToPath(new URL('driver.ts', import.meta.url))
/** The suite splits it at spaces. */
const command = `${process.execPath} --conditions=@keepup/source ${driver}`

/** The names of a suite's client scenarios. */
export async function listScenarios(suite: Suite): Promise<readonly string[]> {
  const { output } = await run(suite, ['list', '--client'])
  return namesIn(output)
}

/** Runs one scenario alone, over the protocol of a revision where that is given: some measure time, and prove nothing beside others. */
export async function runScenario(
  suite: Suite,
  scenario: string,
  { results, revision }: { readonly results: string; readonly revision?: string },
): Promise<Verdict> {
  const folder = join(results, suite.name, revision ?? 'all', scenario.replaceAll('/', '-'))
  mkdirSync(folder, { recursive: true })
  const { code, output } = await run(suite, [
    'client',
    '--command',
    command,
    '--scenario',
    scenario,
    '--timeout',
    '60000',
    '-o',
    folder,
    ...(revision === undefined ? [] : ['--spec-version', revision]),
  ])
  return judge(folder, { code, output })
}

/** A server scenario as the suite lists it, with the revisions that it is for. */
export interface ListedScenario {
  readonly name: string
  readonly revisions: readonly string[]
}

/** The server scenarios of a suite. */
export async function listServerScenarios(suite: Suite): Promise<readonly ListedScenario[]> {
  const { output } = await run(suite, ['list', '--server'])
  return [...output.matchAll(/^\s+- (\S+)(?: \[(.*)\])?/gm)].map(([, name = '', revisions = '']) => ({
    name,
    revisions: revisions.split(','),
  }))
}

/** Runs one server scenario alone against a URL. `excused`: checks that need not succeed. */
export async function runServerScenario(
  suite: Suite,
  scenario: string,
  place: {
    readonly results: string
    readonly url: string
    readonly revision: string
    readonly excused: readonly string[]
  },
): Promise<Verdict> {
  const folder = join(place.results, suite.name, `server-${place.revision}`, scenario)
  mkdirSync(folder, { recursive: true })
  const words = ['server', '--url', place.url, '--scenario', scenario, '-o', folder]
  const { output } = await run(suite, [...words, '--spec-version', place.revision])
  return judge(folder, { code: 0, output }, place.excused)
}

function judge(
  folder: string,
  { code, output }: { readonly code: number | null; readonly output: string },
  excused: readonly string[] = [],
): Verdict {
  const checks = readChecks(folder)
  const successes = checks.filter(({ status }) => status === 'SUCCESS').length
  const failed = checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING')
  const [first] = failed.filter(({ id = '' }) => !excused.includes(id))
  if (first !== undefined)
    return { successes, problem: `${first.status} ${first.id}: ${first.errorMessage ?? ''}` }
  // A client that never speaks is told that none of no checks failed.
  if (successes === 0) return { successes, problem: `it proved nothing: ${output.slice(-500)}` }
  // What is excused must still be what the suite reports: an excuse that nothing needs is taken out.
  const idle = excused.filter((id) => !failed.some((check) => check.id === id))
  if (idle.length > 0) return { successes, problem: `no excuse is needed for ${idle.join(', ')}` }
  return code === 0 ? { successes } : { successes, problem: `exit code ${code}: ${output.slice(-500)}` }
}

/** The client scenarios that a revision requires, frozen at its release; those of extensions, which it only reports, are among all the others. */
export async function listRequired(suite: Suite, revision: string): Promise<readonly string[]> {
  const { output } = await run(suite, ['list', '--requirements', revision])
  const required = output.split(/^Client scenarios/m)[1]?.split(/^Run and reported/m)[0] ?? ''
  return namesIn(required)
}

function namesIn(list: string): readonly string[] {
  return [...list.matchAll(/^\s+- (\S+)/gm)].map(([, name = '']) => name)
}

function readChecks(folder: string): readonly Check[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  // The suite's own file.
  return files
    .filter((name) => name.endsWith('checks.json'))
    .flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as readonly Check[])
}

function run(
  suite: Suite,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly output: string }> {
  const manifest = createRequire(import.meta.url).resolve(`${suite.packageName}/package.json`)
  const program = join(dirname(manifest), 'dist', 'index.js')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // The same sources are read 150 times.
      env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'keepup-compile-cache') },
    })
    let output = ''
    child.stdout.on('data', (part: Buffer) => (output += part.toString()))
    child.stderr.on('data', (part: Buffer) => (output += part.toString()))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output }))
  })
}
