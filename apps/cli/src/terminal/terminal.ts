import type { Host, OutputStream } from '../host.ts'
import { createLineWriter, type LineWriter } from './line-writer.ts'
import { type Style, styleFor } from './style.ts'

/** Where the program writes: results to `out`, everything else to `notes`. */
export interface Terminal {
  readonly out: LineWriter
  readonly notes: LineWriter
  readonly outStyle: Style
  readonly notesStyle: Style
  /** Columns; 80 where they are not known. */
  readonly width: number
  /** A person watches both streams on one terminal, so text may stream and a status line may be drawn. */
  readonly interactive: boolean
}

/** The terminal of a host. */
export function openTerminal(host: Host): Terminal {
  const { stdout, stderr, environment } = host
  return {
    out: createLineWriter(stdout),
    notes: createLineWriter(stderr),
    outStyle: styleFor(stdout, environment),
    notesStyle: styleFor(stderr, environment),
    width: columns(stdout) ?? columns(stderr) ?? 80,
    interactive:
      stdout.isTTY === true && stderr.isTTY === true && environment['TERM'] !== 'dumb' && !environment['CI'],
  }
}

function columns(stream: OutputStream): number | undefined {
  return stream.isTTY === true && stream.columns !== undefined && stream.columns > 0
    ? stream.columns
    : undefined
}
