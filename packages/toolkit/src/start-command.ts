import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'

import { type CallKey, KeepupError, type SandboxedProgram, type StartedProcess } from '@keepup/core'

import { type CallMark, dumpFilterOf, markDescriptor, openMark } from './call-mark.ts'
import { callVariable } from './call-variable.ts'
import { linuxProcess } from './linux-processes.ts'
import { listProcesses } from './list-processes.ts'

/** A command that was started and waits for leave to begin. */
export interface StartedCommand {
  readonly process: StartedProcess
  /** What it prints, both streams in the order they were written. */
  readonly output: Readable
  /** Resolves once the shell itself has ended; its children may still run. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  /** Lets the command begin. */
  begin(): void
  /** Where its shell said it was when it ended; `undefined` where it did not. */
  endedIn(): string | undefined
  /** To be called once when nothing more is asked of it. Idempotent. */
  close(): void
}

/** What to start. */
export interface CommandOptions {
  readonly program: SandboxedProgram
  readonly key: CallKey
  /** Whether it is in a sandbox, which nothing leaves: then it needs no mark in what it dumps after a crash. */
  readonly contained: boolean
}

/**
 * Waits for a line on descriptor 3, then becomes the program. Where the line does not come, because the program that was to send it has died, nothing
 * is run. `$0` is what to dump after a crash, which marks whatever it starts.
 */
const waiting = [
  'exec 2>&1 4<&- 5<&- 6<&- 7<&- 8<&- 9<&-',
  '[ -z "$0" ] || { echo "$0" > /proc/self/coredump_filter; } 2>/dev/null',
  'IFS= read -r go <&3 || exit 125',
  'exec 3<&-',
  'exec "$@"',
].join('; ')

/** Bash where it is, else the POSIX shell. */
export function defaultShell(): string {
  return ['/bin/bash', '/usr/bin/bash'].find((path) => existsSync(path)) ?? '/bin/sh'
}

/** Starts a program in a process group and session of its own, without input. It does nothing until `begin`. */
export async function startCommand({ program, key, contained }: CommandOptions): Promise<StartedCommand> {
  if (process.platform === 'win32') {
    throw new KeepupError(
      'not-supported',
      'The shell tool needs a POSIX system. On Windows, run keepup in WSL.',
    )
  }
  const mark = openMark(key)
  const filter = (contained ? undefined : dumpFilterOf(key)) ?? ''
  try {
    const child = spawn('/bin/sh', ['-c', waiting, filter, program.program, ...program.arguments], {
      cwd: program.folder,
      env: { ...program.environment, [callVariable]: key },
      detached: true,
      stdio: [
        'ignore',
        'pipe',
        'ignore',
        'pipe',
        ...(mark === undefined ? [] : [...unused, mark.descriptor]),
      ],
    })
    const exited = new Promise<Awaited<StartedCommand['exited']>>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }))
    })
    const pid = await spawned(child)
    const { output, leave } = pipesOf(child)
    // The shell may have been killed before it read the line.
    leave.on('error', () => {})
    return {
      process: await describe(pid),
      output,
      exited,
      begin: () => void leave.end('\n'),
      endedIn: () => folderIn(mark),
      close: () => mark?.close(),
    }
  } catch (error) {
    mark?.close()
    throw error
  }
}

/** The one line that the shell wrote. Whatever the command wrote there besides is no folder. */
function folderIn(mark: CallMark | undefined): string | undefined {
  const said = mark?.read() ?? ''
  return said.startsWith('/') && said.endsWith('\n') ? said.slice(0, -1) : undefined
}

/** The descriptors between those that are used and the mark. */
const unused = Array.from({ length: markDescriptor - 4 }, () => 'ignore' as const)

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
