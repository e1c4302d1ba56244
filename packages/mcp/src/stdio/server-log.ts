/** @limit In lines: how much of what a server says beside the protocol is kept. */
const mostLines = 200
/** @limit In characters: where a line of it is cut. */
const longestLine = 2_000

/** The last lines that a server said beside the protocol, bounded however much it says. */
export interface ServerLog {
  /** Takes a piece of a stream, whole lines or not. */
  write(piece: string): void
  /** Takes one line. */
  line(text: string): void
  /** Oldest first; what has no line end yet is the last. */
  lines(): readonly string[]
}

/** An empty log. */
export function createServerLog(): ServerLog {
  const kept: string[] = []
  let partial = ''
  const line = (text: string): void => {
    if (text.trim() === '') return
    kept.push(text.length > longestLine ? `${text.slice(0, longestLine)}…` : text)
    if (kept.length > mostLines) kept.shift()
  }
  return {
    line,
    write(piece) {
      const pieces = piece.split(/\r?\n/)
      // A line without end is kept by its beginning alone.
      pieces[0] = (partial + (pieces[0] ?? '')).slice(0, longestLine + 1)
      partial = (pieces.pop() ?? '').slice(0, longestLine + 1)
      for (const whole of pieces.slice(-mostLines)) line(whole)
    },
    lines: () => (partial.trim() === '' ? [...kept] : [...kept, partial]),
  }
}
