import { type ChildProcess, spawn } from 'node:child_process'
import { Duplex, type Readable, type Writable } from 'node:stream'

import { endGroup } from './end-group.ts'
import { keepOutput } from './keep-output.ts'
import { holdLeash, type Leash, leashedStart } from './leash.ts'

/** What to start. */
export interface ProgramOptions {
  readonly program: string
  readonly arguments: readonly string[]
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What it reads from its standard input. */
  readonly input: string
}

/** How a program ended. */
export interface EndedProgram {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  /** The beginning of it. */
  readonly stderr: string
  /** It printed more than it may, and was ended for it. */
  readonly flooded: boolean
}

/** A program at work. */
export interface RunningProgram {
  /** The first whole line of its standard output, once there is one; nothing where it ends before. */
  readonly firstLine: Promise<string | undefined>
  readonly ended: Promise<EndedProgram>
  /** Ends it and its process group. Never rejects. */
  end(): Promise<void>
}

/** How much a program may say on its standard output, and how much of its errors is kept, in bytes. */
const mostOutput = 1024 * 1024
const mostErrors = 64 * 1024
/** How long what it left running may hold its output open after it has ended, in milliseconds. */
const settling = 250

/**
 * Starts a program in a process group of its own. When it has ended nothing of that group runs on; when it is ended, or this process dies in whatever way, nothing of it
 * does, whatever session it fled to. Rejects where it cannot be started.
 */
export async function startProgram(options: ProgramOptions): Promise<RunningProgram> {
  const child = spawnLeashed(options)
  const exited = new Promise<Pick<EndedProgram, 'code' | 'signal'>>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  const group = await spawned(child, options)
  const { input, output, errors, leash } = partsOf(child, group)
  // The child's own 'close' would wait for the leash too.
  const closed = Promise.all(
    [output, errors].map((stream) => new Promise((read) => stream.once('close', read))),
  )
  let flooded = false
  const stdout = keepOutput(output, mostOutput, () => {
    flooded = true
    void leash.pull()
  })
  const stderr = keepOutput(errors, mostErrors)
  // It need not read what it is told: a closed pipe is no failure.
  input.on('error', () => {})
  input.end(options.input)
  const ended = exited.then(async (how): Promise<EndedProgram> => {
    await lastOutput(closed)
    await leash.release()
    for (const stream of [output, errors, input]) stream.destroy()
    return { ...how, stdout: stdout.text(), stderr: stderr.text(), flooded }
  })
  const firstLine = Promise.race([stdout.firstLine, ended.then(() => undefined)])
  return { firstLine, ended, end: () => leash.pull() }
}

function spawnLeashed({ program, arguments: args, folder, environment }: ProgramOptions): ChildProcess {
  const surroundings = { cwd: folder, env: environment, windowsHide: true }
  if (process.platform === 'win32') return spawn(program, args, { ...surroundings, stdio: 'pipe' })
  const leashed = leashedStart(program, args)
  try {
    const stdio = ['pipe' as const, 'pipe' as const, 'pipe' as const, ...leashed.descriptors]
    return spawn(leashed.program, leashed.arguments, { ...surroundings, detached: true, stdio })
  } finally {
    leashed.close()
  }
}

function partsOf(
  { stdin, stdout, stderr, stdio }: ChildProcess,
  group: number,
): { readonly input: Writable; readonly output: Readable; readonly errors: Readable; readonly leash: Leash } {
  if (stdin === null || stdout === null || stderr === null) throw new Error('It has no pipes.')
  const held = stdio[3]
  if (held instanceof Duplex) {
    return { input: stdin, output: stdout, errors: stderr, leash: holdLeash(group, held) }
  }
  // Windows has neither groups nor a shell to watch them.
  const end = (): Promise<void> => endGroup(group)
  return { input: stdin, output: stdout, errors: stderr, leash: { release: end, pull: end } }
}

function spawned(child: ChildProcess, { program, folder }: ProgramOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      const code = 'code' in error ? String(error.code) : error.message
      reject(new Error(`"${program}" could not be started in ${folder} (${code}).`, { cause: error }))
    })
    child.once('spawn', () => resolve(child.pid ?? 0))
  })
}

/** Reads what still comes, for a moment: what it left running may hold its output open for ever. */
async function lastOutput(closed: Promise<unknown>): Promise<void> {
  await Promise.race([closed, later(settling)])
  // Timers come before what can be read: let that have its turn.
  await new Promise((resolve) => setImmediate(resolve))
}

function later(duration: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration).unref())
}
