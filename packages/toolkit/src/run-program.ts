import type { Milliseconds } from '@keepup/core'

import { type LeashedProcess, type Program, startLeashed } from './leashed-process.ts'

/** How a program is run to its end. */
export interface ProgramRun {
  readonly program: Program
  /** What it is given on its input. */
  readonly input?: Uint8Array
  readonly timeout: Milliseconds
  /** In bytes, of each stream. */
  readonly mostOutput: number
  readonly signal: AbortSignal
  /** A name that no other process of this machine has. */
  readonly mark: string
}

/** What became of a program. `stopped`: it was ended, with everything that it started. */
export type ProgramEnd =
  | { readonly type: 'ended'; readonly code: number | null; readonly output: Buffer; readonly errors: string }
  | { readonly type: 'stopped'; readonly reason: string }

/** Runs a program to its end, bounded in time and output. It ends with this process too. Rejects only where the signal is aborted. */
export async function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  run.signal.throwIfAborted()
  let started: LeashedProcess
  try {
    started = await startLeashed(run.program, run.mark)
  } catch (error) {
    return { type: 'stopped', reason: error instanceof Error ? error.message : String(error) }
  }
  const { promise: stopped, resolve } = Promise.withResolvers<string>()
  const timer = setTimeout(() => resolve(`it took longer than ${run.timeout} ms`), run.timeout)
  const abort = (): void => resolve('it was interrupted')
  run.signal.addEventListener('abort', abort, { once: true })
  const tooMuch = (): void => resolve(`it printed more than ${run.mostOutput} bytes`)
  const output = collect(started.output, run.mostOutput, tooMuch)
  const errors = collect(started.errors, run.mostOutput, tooMuch)
  started.input.end(run.input)
  try {
    const ended = Promise.all([started.exited, output, errors])
    const end = await Promise.race([ended, stopped])
    run.signal.throwIfAborted()
    if (typeof end === 'string') return { type: 'stopped', reason: end }
    const [{ code }, printed, complaint] = end
    return { type: 'ended', code, output: printed, errors: complaint.toString('utf8').slice(-2_000) }
  } finally {
    clearTimeout(timer)
    run.signal.removeEventListener('abort', abort)
    started.kill()
  }
}

async function collect(stream: LeashedProcess['output'], most: number, tooMuch: () => void): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > most) tooMuch()
    else chunks.push(chunk)
  })
  await new Promise((done) => stream.once('close', done))
  return Buffer.concat(chunks)
}
