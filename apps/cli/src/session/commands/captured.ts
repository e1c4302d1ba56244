import { PassThrough, Readable } from 'node:stream'

import type { CommandLine } from '../../command-line.ts'
import type { Host } from '../../host.ts'
import { safeText } from '../../terminal/safe-text.ts'
import { wrapHard } from '../screen/columns.ts'

/** What a command printed, as lines that are safe for a terminal: nothing but colours is left of its escape sequences. */
export interface Captured {
  readonly code: number
  readonly lines: readonly string[]
}

/** Runs a command of the program as if it had been typed in a folder, and keeps what it prints. Nobody is asked anything meanwhile. */
export async function captured(
  { host, terminal }: CommandLine,
  words: readonly string[],
  place: { readonly folder: string; readonly width: number },
): Promise<Captured> {
  const { runProgram } = await import('../../program.ts')
  const pieces: string[] = []
  const output = (): PassThrough => {
    const stream = new PassThrough()
    stream.on('data', (piece: Buffer) => pieces.push(piece.toString('utf8')))
    return stream
  }
  const colour = terminal.outStyle.bold('x') !== 'x'
  const inner: Host = {
    environment: { ...host.environment, ...(colour ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) },
    workingDirectory: place.folder,
    stdin: Readable.from([]),
    inputKind: 'idle',
    stdout: Object.assign(output(), { isTTY: true, columns: place.width }),
    stderr: output(),
    self: host.self,
    clock: host.clock,
    newName: host.newName,
    onStop: () => () => undefined,
    // Only a second stop signal asks for it, and there are none.
    exit: () => undefined,
  }
  const code = await runProgram(words, inner)
  return { code, lines: wrapHard(keepColours(pieces.join('')).trimEnd(), place.width) }
}

/** A text whose only escape sequences are those of colours. */
function keepColours(text: string): string {
  // eslint-disable-next-line no-control-regex -- the escape character is what is looked for
  const parts = text.split(/(\u001B\[[\d;]*m)/)
  return parts.map((part, index) => (index % 2 === 1 ? part : safeText(part))).join('')
}
