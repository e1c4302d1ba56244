import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Place, Verdict } from '@keepup/checkpoint'
import type { Milliseconds } from '@keepup/core'
import type { AgentState } from '@keepup/loop'

import type { Host } from '../host.ts'

/** A check of a position by a command. */
export interface CommandCheck {
  readonly host: Host
  /** One word is a line for the shell. */
  readonly command: readonly string[]
  readonly folder: string
  readonly place: Place
  readonly state: AgentState
  /** After that it is ended, and counts as failed. */
  readonly timeout: Milliseconds
  readonly signal: AbortSignal
}

/** What a check's exit code says: 0 passes, 125 cannot tell (as `git bisect run` has it), anything else fails. */
export interface Checked {
  readonly verdict: Verdict
  /** The exit code, the signal that ended it, or why it did not start. */
  readonly end: string
}

/**
 * Runs a command in a folder with the state of a position: `KEEPUP_STATE` names it as a JSON file, `KEEPUP_THREAD` and `KEEPUP_POSITION` say which it is. What it
 * prints goes to standard error. The file is private, and removed afterwards.
 */
export async function checkCommand(check: CommandCheck): Promise<Checked> {
  const { host, place, state } = check
  const folder = mkdtempSync(join(host.environment['TMPDIR'] || tmpdir(), 'keepup-bisect-'))
  try {
    const file = join(folder, 'state.json')
    const stored = { ...state, messages: [...state.messages] }
    writeFileSync(file, JSON.stringify({ ...place, state: stored }, plain, 2), { mode: 0o600 })
    return await run(check, {
      KEEPUP_STATE: file,
      KEEPUP_THREAD: place.thread,
      KEEPUP_POSITION: String(place.at),
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** JSON has no such numbers. */
function plain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}

function run(
  { host, command, folder, timeout, signal }: CommandCheck,
  variables: Record<string, string>,
): Promise<Checked> {
  const [first = '', ...rest] = command
  const [program, words] = rest.length === 0 ? ['/bin/sh', ['-c', first]] : [first, rest]
  return new Promise((resolve) => {
    const child = spawn(program, words, {
      cwd: folder,
      env: { ...host.environment, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    child.stdout.on('data', (piece: Buffer) => host.stderr.write(piece))
    child.stderr.on('data', (piece: Buffer) => host.stderr.write(piece))
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      endGroup(child.pid)
    }, timeout)
    const abort = (): void => endGroup(child.pid)
    signal.addEventListener('abort', abort, { once: true })
    const settle = (checked: Checked): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      endGroup(child.pid)
      resolve(checked)
    }
    child.on('error', (error) => settle({ verdict: 'skip', end: error.message }))
    child.on('exit', (code, by) =>
      settle({
        verdict: verdictOf(code),
        end: timedOut ? 'timed out' : code === null ? String(by) : `exit ${code}`,
      }),
    )
  })
}

function verdictOf(code: number | null): Verdict {
  if (code === 125) return 'skip'
  return code === 0 ? 'pass' : 'fail'
}

/** Ends a command with all that it started and left. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It is gone.
  }
}
