import type { Terminal } from './terminal.ts'

/** A line below the text that is redrawn in place while something is under way. */
export interface LiveStatus {
  /** Writes text to a stream of the terminal, above the line. */
  write(to: 'answer' | 'notes', text: string): Promise<void>
  /** Takes the line away until something is written again. */
  pause(): void
  /** Takes the line away for good. */
  end(): void
}

const eraseLine = '\r\u001B[2K'

/** Draws `line(frame)` about eight times a second where a person watches; elsewhere only passes the text on. */
export function createLiveStatus(terminal: Terminal, line: (frame: number) => string): LiveStatus {
  let frame = 0
  let drawn = false
  let atLineStart = true
  let paused = false
  const timer = terminal.interactive ? setInterval(draw, 120) : undefined
  timer?.unref()

  function draw(): void {
    // In the middle of a streamed line the text itself is the sign of life.
    if (!atLineStart || paused) return
    frame += 1
    drawn = true
    void terminal.notes.write(`${eraseLine}${line(frame)}`)
  }

  function erase(): void {
    if (drawn) void terminal.notes.write(eraseLine)
    drawn = false
  }

  return {
    async write(to, text) {
      if (text === '') return
      erase()
      paused = false
      atLineStart = text.endsWith('\n')
      await (to === 'answer' ? terminal.out : terminal.notes).write(text)
    },
    pause() {
      paused = true
      erase()
    },
    end() {
      clearInterval(timer)
      erase()
    },
  }
}
