import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'

import { type CallKey, KeepupError, type StartedProcess } from '@keepup/core'

import { callVariable } from './call-variable.ts'
import { linuxProcess } from './linux-processes.ts'
import { listProcesses } from './list-processes.ts'

/** A shell that was started and waits for leave to begin. */
export interface StartedCommand {
  readonly process: StartedProcess
  /** What it prints, both streams in the order they were written. */
  readonly output: Readable
  /** Resolves once the shell itself has ended; its children may still run. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  /** Lets the command begin. */
  begin(): void
}

/** What to start. */
export interface CommandOptions {
  readonly shell: string
  readonly command: string
  readonly folder: string
  readonly key: CallKey
}

/**
 * Waits for a line on descriptor 3, then becomes the shell with the command. Where the line does not come, because the program that was to
 * send it has died, nothing is run.
 */
const waiting = 'exec 2>&1; IFS= read -r go <&3 || exit 125; exec 3<&-; exec "$0" -c "$1"'

/** Bash where it is, else the POSIX shell. */
export function defaultShell(): string {
  return ['/bin/bash', '/usr/bin/bash'].find((path) => existsSync(path)) ?? '/bin/sh'
}

/** Starts a shell in a process group and session of its own, without input. It does nothing until `begin`. */
export async function startCommand({ shell, command, folder, key }: CommandOptions): Promise<StartedCommand> {
  if (process.platform === 'win32') {
    throw new KeepupError(
      'not-supported',
      'The shell tool needs a POSIX system. On Windows, run keepup in WSL.',
    )
  }
  const child = spawn('/bin/sh', ['-c', waiting, shell, command], {
    cwd: folder,
    env: { ...process.env, [callVariable]: key },
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  })
  const exited = new Promise<Awaited<StartedCommand['exited']>>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  const pid = await spawned(child)
  const { output, leave } = pipesOf(child)
  // The shell may have been killed before it read the line.
  leave.on('error', () => {})
  return { process: await describe(pid), output, exited, begin: () => void leave.end('\n') }
}

function spawned(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', () => resolve(child.pid ?? 0))
  })
}

function pipesOf(child: ChildProcess): { readonly output: Readable; readonly leave: Writable } {
  const output = child.stdout
  const leave = child.stdio[3]
  if (output === null || leave === null || leave === undefined || !('write' in leave)) {
    throw new KeepupError('internal', 'The shell was started without its pipes. Please report this.')
  }
  return { output, leave }
}

async function describe(pid: number): Promise<StartedProcess> {
  const running = process.platform === 'linux' ? [linuxProcess(pid)] : await listProcesses()
  const started = running.find((found) => found?.pid === pid)?.started
  return started === undefined ? { pid, group: pid } : { pid, group: pid, started }
}
