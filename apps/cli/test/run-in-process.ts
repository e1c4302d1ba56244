import { PassThrough, Readable } from 'node:stream'

import { type AgentEvent, systemClock } from '@keepup/core'

import type { Host, InputKind, StopSignal } from '../src/host.ts'
import { runProgram } from '../src/program.ts'
import { parseEvents, program } from './start-keepup.ts'

/** What a run of the program in this process printed. */
export interface Printed {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly events: readonly AgentEvent[]
}

/** How the program finds the world. */
export interface World {
  readonly home: string
  readonly cwd?: string
  readonly variables?: Readonly<Record<string, string>>
  /** What is piped or typed; where it comes piece by piece, when it comes. */
  readonly input?: string | AsyncIterable<string>
  readonly inputKind?: InputKind
  /** Both outputs are terminals of this width. */
  readonly terminal?: number
  /** Gets the function that a stop signal would call. */
  readonly onStop?: (stop: (signal: StopSignal) => void) => void
  /** Learns of an exit that does not wait. */
  readonly onExit?: (code: number) => void
  /** Sees what is printed, while it is. */
  readonly watch?: (text: string) => void
}

let names = 0

/** Runs the program in this process, so that its coverage is measured. */
export async function runInProcess(words: readonly string[], world: World): Promise<Printed> {
  const {
    home,
    cwd = home,
    variables = {},
    input,
    inputKind = input === undefined ? 'idle' : 'pipe',
    terminal,
  } = world
  const [stdout, stderr] = [outputStream(terminal, world.watch), outputStream(terminal, world.watch)]
  const host: Host = {
    environment: { HOME: home, PATH: process.env['PATH'], LANG: 'C.UTF-8', ...variables },
    workingDirectory: cwd,
    stdin: Readable.from(input === undefined ? [] : typeof input === 'string' ? [input] : input),
    inputKind,
    stdout: stdout.stream,
    stderr: stderr.stream,
    self: {
      executable: process.execPath,
      arguments: program,
      command: 'keepup',
      folder: new URL('../', import.meta.url),
    },
    clock: systemClock,
    newName: () => `thread${(names += 1)}`,
    onStop(listener) {
      world.onStop?.(listener)
      return () => undefined
    },
    exit: (code) => world.onExit?.(code),
  }
  const code = await runProgram(words, host)
  return { code, stdout: stdout.text(), stderr: stderr.text(), events: parseEvents(stdout.text()) }
}

function outputStream(columns: number | undefined, watch?: (text: string) => void) {
  const pieces: string[] = []
  const stream = new PassThrough()
  stream.on('data', (piece: Buffer) => {
    pieces.push(piece.toString())
    watch?.(piece.toString())
  })
  const terminal = columns === undefined ? {} : { isTTY: true, columns }
  return { stream: Object.assign(stream, terminal), text: () => pieces.join('') }
}
