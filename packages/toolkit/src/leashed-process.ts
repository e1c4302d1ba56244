import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'

import { KeepupError } from '@keepup/core'

import { type CallMark, markDescriptor } from './call-mark.ts'
import { callVariable } from './call-variable.ts'

/** A program and where it works. */
export interface Program {
  readonly command: string
  readonly arguments: readonly string[]
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** A program that cannot outlive this process. */
export interface LeashedProcess {
  readonly pid: number
  readonly input: Writable
  readonly output: Readable
  readonly errors: Readable
  /** Resolves once the program itself has ended. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  /** Kills the program and everything it started. Idempotent. */
  kill(): void
}

/**
 * Before the program begins, its shell leaves a watcher in the process group, which reads descriptor 3. The other end is held by this process alone: when it
 * is closed, on purpose or because this process died in whatever way, the watcher kills its own group, so never another's. First it kills what has the mark
 * in its environment, or inherited the marked file (Linux), in the group or fled from it, until there is none twice in a row: what is just being started may
 * flee between two looks.
 */
const leash = [
  'file=$1',
  'shift',
  'trap "" HUP INT TERM',
  `(
    exec </dev/null >/dev/null 2>&1
    IFS= read -r go <&3
    self=$(exec sh -c 'echo $PPID') clean=0 rounds=0
    while [ $clean -lt 2 ] && [ $rounds -lt 200 ]; do
      clean=$((clean + 1)) rounds=$((rounds + 1))
      for found in $(grep -lsa "${callVariable}=$0" /proc/[0-9]*/environ; [ -z "$file" ] || find /proc/[0-9]*/fd/${markDescriptor} -lname "*/$file *"); do
        found="\${found#/proc/}" found="\${found%%/*}"
        [ "$found" = "$self" ] || ! kill -KILL "$found" || clean=0
      done
    done
    kill -KILL 0
  ) &`,
  'trap - HUP INT TERM',
  `exec 3<&- env "${callVariable}=$0" "$@"`,
].join('\n')

/**
 * Starts a program in a process group of its own that ends with this process, SIGKILL included. Does not keep this process alive. On Windows there is no
 * watcher: the program ends when it notices that its input was closed. With the `file` of a call also what cleared its environment is found. Fails `tool-failed` where it cannot be started.
 */
export async function startLeashed(
  { command, arguments: args, folder, environment }: Program,
  mark: string,
  file?: CallMark,
): Promise<LeashedProcess> {
  const windows = process.platform === 'win32'
  const child = windows
    ? spawn(command, args, { cwd: folder, env: environment, stdio: 'pipe', windowsHide: true })
    : spawn('/bin/sh', ['-c', leash, mark, file?.name ?? '', command, ...args], {
        cwd: folder,
        env: environment,
        detached: true,
        stdio: ['pipe', 'pipe', 'pipe', 'pipe', ...(file === undefined ? [] : [...unused, file.descriptor])],
      })
  const exited = new Promise<Awaited<LeashedProcess['exited']>>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  const pid = await spawned(child, command)
  const { input, output, errors, held } = pipesOf(child)
  for (const stream of [input, output, errors, held]) {
    stream?.on('error', () => {})
    if (stream instanceof Socket) stream.unref()
  }
  child.unref()
  const kill = (): void => void (held === undefined ? child.kill('SIGKILL') : held.destroy())
  void exited.then(kill)
  return { pid, input, output, errors, exited, kill }
}

/** The descriptors between those that are used and that of the file. */
const unused = Array.from({ length: markDescriptor - 4 }, () => 'ignore' as const)

async function spawned(child: ChildProcess, command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new KeepupError('tool-failed', `"${command}" cannot be started: ${cause.message}`, { cause }))
    })
    child.once('spawn', () => resolve(child.pid ?? 0))
  })
}

function pipesOf(child: ChildProcess): {
  readonly input: Writable
  readonly output: Readable
  readonly errors: Readable
  readonly held: Writable | undefined
} {
  const { stdin, stdout, stderr } = child
  const held = child.stdio[3]
  if (stdin === null || stdout === null || stderr === null) {
    throw new KeepupError('internal', 'A program was started without its pipes. Please report this.')
  }
  return {
    input: stdin,
    output: stdout,
    errors: stderr,
    held: held !== null && held !== undefined && 'write' in held ? held : undefined,
  }
}
