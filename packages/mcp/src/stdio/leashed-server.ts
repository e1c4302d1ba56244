import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync, unlinkSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

import { KeepupError } from '@keepup/core'

/** A program, where it starts and what it is given. */
export interface ServerProgram {
  readonly command: string
  readonly args: readonly string[]
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
}

/** A server process that cannot outlive this one. */
export interface LeashedServer {
  readonly pid: number
  readonly input: Writable
  readonly output: Readable
  readonly errors: Readable
  /** Resolves with how it ended, once the server itself has: `code 1`, `signal SIGSEGV`. */
  readonly exited: Promise<string>
  /** Asks the whole group to end: SIGTERM. */
  terminate(): void
  /** Kills the server and everything it started. Idempotent. */
  kill(): void
}

/** The variable that marks what a server starts, so that what flees its group is found. */
const markVariable = 'KEEPUP_MCP_SERVER'
/** Where every descendant inherits an open file without a name, which marks it although it cleared its environment. */
const markDescriptor = 10

/**
 * Leaves a watcher in the group of the server, then becomes the server. Descriptor 3 is open in our process alone: when it closes, on purpose or because we
 * died in whatever way, the watcher kills what bears the mark wherever it fled (Linux), until there is none twice in a row, and then its own group.
 */
const leash = [
  'mark=$1',
  'shift',
  'trap "" HUP INT TERM',
  `(
    exec </dev/null >/dev/null 2>&1
    IFS= read -r go <&3
    self=$(exec sh -c 'echo $PPID') clean=0 rounds=0
    while [ $clean -lt 2 ] && [ $rounds -lt 200 ]; do
      clean=$((clean + 1)) rounds=$((rounds + 1))
      for found in $(grep -lsa "${markVariable}=$mark" /proc/[0-9]*/environ; find /proc/[0-9]*/fd/${markDescriptor} -lname "*/$mark *" 2>/dev/null); do
        found="\${found#/proc/}" found="\${found%%/*}"
        [ "$found" = "$self" ] || ! kill -KILL "$found" || clean=0
      done
    done
    kill -KILL 0
  ) &`,
  'trap - HUP INT TERM',
  `exec 3<&- env "${markVariable}=$mark" "$@"`,
].join('\n')

/**
 * Starts a server in a process group of its own, which ends with this process, SIGKILL included, and does not keep it alive. On Windows there is no watcher: a
 * server ends when it notices that its input was closed. Fails `tool-failed` where it cannot be started.
 */
export async function startLeashedServer(program: ServerProgram, mark: string): Promise<LeashedServer> {
  const child = process.platform === 'win32' ? startPlain(program) : startOnLeash(program, mark)
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? `code ${code}` : `signal ${signal}`))
  })
  const pid = await spawned(child, program)
  const { input, output, errors, held } = pipesOf(child)
  for (const stream of [input, output, errors, held]) {
    stream?.on('error', () => {})
    if (stream instanceof Socket) stream.unref()
  }
  child.unref()
  const kill = (): void => (held === undefined ? endTree(pid) : void held.destroy())
  // What a server left behind has nobody to work for.
  void exited.then(kill)
  return { pid, input, output, errors, exited, terminate: () => terminate(pid), kill }
}

function startOnLeash({ command, args, folder, environment }: ServerProgram, mark: string): ChildProcess {
  const file = openMark(mark)
  try {
    const between = Array.from({ length: markDescriptor - 4 }, () => 'ignore' as const)
    return spawn('/bin/sh', ['-c', leash, 'sh', mark, command, ...args], {
      cwd: folder,
      env: environment,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe', ...(file === undefined ? [] : [...between, file])],
    })
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function startPlain({ command, args, folder, environment }: ServerProgram): ChildProcess {
  return spawn(command, args, { cwd: folder, env: environment, stdio: 'pipe', windowsHide: true })
}

/** A file whose name is gone; `undefined` where none can be made, which leaves the variable as the only mark. */
function openMark(mark: string): number | undefined {
  try {
    const path = join(tmpdir(), mark)
    const descriptor = openSync(path, 'wx+', 0o600)
    unlinkSync(path)
    return descriptor
  } catch {
    return undefined
  }
}

function spawned(child: ChildProcess, { command, folder }: ServerProgram): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      const next = `Check that the command is installed and that the folder ${folder} is there.`
      reject(
        new KeepupError('tool-failed', `"${command}" cannot be started: ${cause.message}. ${next}`, {
          cause,
        }),
      )
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
    throw new KeepupError('internal', 'An MCP server was started without its pipes. Please report this.')
  }
  return {
    input: stdin,
    output: stdout,
    errors: stderr,
    held: held !== null && held !== undefined && 'write' in held ? held : undefined,
  }
}

/** The watcher is in the group too, and does not heed it. */
function terminate(pid: number): void {
  if (process.platform === 'win32') return endTree(pid)
  for (const signal of ['SIGTERM', 'SIGCONT'] as const) {
    try {
      process.kill(-pid, signal)
    } catch {
      // It ended meanwhile.
    }
  }
}

function endTree(pid: number): void {
  spawn('taskkill', ['/T', '/F', '/PID', String(pid)], { stdio: 'ignore', windowsHide: true })
    .on('error', () => {})
    .unref()
}

/** Whether something of a server's group is left, besides the watcher, which bears no mark. Without `/proc` the watcher counts too. */
export function isAlive(group: number, mark: string): boolean {
  if (!hasGroup(group)) return false
  if (process.platform !== 'linux') return true
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && isMember(name, group, mark))
}

function hasGroup(group: number): boolean {
  try {
    return process.platform !== 'win32' && process.kill(-group, 0)
  } catch {
    return false
  }
}

/** The fields after the name of the program, which may hold anything: state, parent, group (proc(5)). */
function isMember(name: string, group: number, mark: string): boolean {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
    const [state, , of] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (Number(of) !== group || state === 'Z') return false
    return readFileSync(`/proc/${name}/environ`, 'latin1').includes(mark)
  } catch {
    return false
  }
}
