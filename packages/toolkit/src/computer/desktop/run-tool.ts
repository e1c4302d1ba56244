import { spawn } from 'node:child_process'

import { KeepupError, type Milliseconds } from '@keepup/core'

/** A program of the desktop and how it is called. No shell reads its arguments. */
export interface DesktopProgram {
  readonly command: string
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly timeout: Milliseconds
  readonly signal: AbortSignal
}

/** How much a program may print. */
const mostPrinted = 64 * 1024 * 1024

/**
 * Runs a program to its end and gives what it printed. Fails `not-supported` where it is not installed, `tool-failed` with its message where it fails, takes too
 * long or prints without end; it does not live on then.
 */
export async function runTool(program: DesktopProgram): Promise<Buffer> {
  const { command, environment, timeout, signal } = program
  const child = spawn(command, program.arguments, {
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
    killSignal: 'SIGKILL',
    signal,
  })
  const printed: Buffer[] = []
  let size = 0
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > mostPrinted) child.kill('SIGKILL')
    else printed.push(chunk)
  })
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(0, 2_000)))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) => reject(signal.aborted ? cause : missing(command, cause)))
    child.once('close', resolve)
  })
  signal.throwIfAborted()
  if (code === 0) return Buffer.concat(printed)
  const reason = errors.trim().split('\n')[0] ?? ''
  throw new KeepupError('tool-failed', `${command} failed: ${reason === '' ? 'it took too long' : reason}`)
}

function missing(command: string, cause: Error): KeepupError {
  return new KeepupError(
    'not-supported',
    `"${command}" cannot be started (${cause.message}). Install it: apt-get install xdotool imagemagick.`,
    { cause },
  )
}
