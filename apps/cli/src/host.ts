import { randomBytes } from 'node:crypto'
import { fstatSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'

import { type Clock, systemClock } from '@keepup/core'

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A stream that may be a terminal. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

/** Where standard input comes from. `terminal`: a person may type. `idle`: /dev/null or nothing, so there is nothing to read. */
export type InputKind = 'terminal' | 'idle' | 'file' | 'pipe' | 'socket'

/** The ways an operating system asks a program to end. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** How to start this program again. */
export interface Self {
  readonly executable: string
  /** Node's options and the program's file. */
  readonly arguments: readonly string[]
  /** What a person types. */
  readonly command: string
  /** The folder of the program with `demo/` in it, as a URL. */
  readonly folder: URL
}

/** Everything the program takes from the process that it runs in, so that it can be run in another one. */
export interface Host {
  readonly environment: Environment
  readonly workingDirectory: string
  readonly stdin: Readable
  readonly inputKind: InputKind
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly self: Self
  readonly clock: Clock
  /** A short name that was never given before, for threads: lower-case letters and digits. */
  readonly newName: () => string
  /** Listens to stop signals until the returned function is called. */
  onStop(listener: (signal: StopSignal) => void): () => void
  /** Ends the process at once. */
  exit(code: number): void
}

const stopSignals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'

/** The host of a program that was started by a person or a script. `main` is the URL of the file that was started. */
export function processHost(main: string): Host {
  return {
    environment: process.env,
    workingDirectory: workingDirectory(process.env),
    // A getter: merely touching process.stdin opens it.
    get stdin() {
      return process.stdin
    },
    get inputKind() {
      return inputKind(process.stdin.isTTY)
    },
    stdout: process.stdout,
    stderr: process.stderr,
    self: {
      executable: process.execPath,
      arguments: [...process.execArgv, process.argv[1] ?? ''],
      command: commandName(process.env, main),
      folder: new URL('..', main),
    },
    clock: systemClock,
    newName: randomName,
    onStop,
    exit: (code) => process.exit(code),
  }
}

/** The present folder; where it was removed, a name that stands for no folder: an agent must not work in another one instead. */
function workingDirectory(environment: Environment): string {
  try {
    return process.cwd()
  } catch {
    return `${environment['PWD'] || '/'} (removed)`
  }
}

/** What a person types to start the program: by its own name, or through the package manager in a checkout. */
function commandName(environment: Environment, main: string): string {
  if (environment['KEEPUP_COMMAND']) return environment['KEEPUP_COMMAND']
  return main.endsWith('.ts') ? 'npx -y pnpm@12 keepup' : 'keepup'
}

function inputKind(terminal: boolean): InputKind {
  if (terminal) return 'terminal'
  try {
    const stat = fstatSync(0)
    if (stat.isFile()) return 'file'
    if (stat.isFIFO()) return 'pipe'
    return stat.isSocket() ? 'socket' : 'idle'
  } catch {
    return 'idle'
  }
}

function onStop(listener: (signal: StopSignal) => void): () => void {
  for (const signal of stopSignals) process.on(signal, listener)
  return () => {
    for (const signal of stopSignals) process.off(signal, listener)
  }
}

function randomName(): string {
  return Array.from(randomBytes(8), (byte) => alphabet[byte % alphabet.length]).join('')
}
