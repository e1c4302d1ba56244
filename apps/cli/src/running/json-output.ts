import type { Terminal } from '../terminal/terminal.ts'
import type { RunOutput } from './run-output.ts'

/** Every event as a line of JSON on standard output (NDJSON); words for people go to standard error. */
export function jsonOutput({ out, notes }: Terminal): RunOutput {
  return {
    show: (event) => out.write(`${JSON.stringify(event)}\n`),
    warn: (text) => notes.write(`${text}\n`),
    pause: () => out.flush(),
    end: () => out.flush(),
    closed: out.closed,
  }
}
