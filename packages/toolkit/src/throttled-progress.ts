import type { Milliseconds } from '@keepup/core'

import { endOfCharacters, startOfCharacters } from './whole-characters.ts'

/** Shows an output while it comes, bounded in how often and how much. */
export interface ThrottledProgress {
  write(chunk: Buffer): void
  /** Shows what is held back. Nothing is shown afterwards. */
  end(): void
}

/** How much of what came since the last report is shown, in bytes: its end. */
const mostShown = 4_096
const interval: Milliseconds = 100

/** The first piece is reported at once, what follows at most ten times a second. A character that has not come whole waits for the next report. */
export function throttledProgress(report: (text: string) => void): ThrottledProgress {
  let held: Buffer = Buffer.alloc(0)
  let timer: NodeJS.Timeout | undefined
  let ended = false
  return {
    write(chunk) {
      if (ended) return
      held = latest(held, chunk)
      if (timer === undefined) flush()
    },
    end() {
      clearTimeout(timer)
      ended = true
      if (held.length > 0) report(held.toString('utf8'))
      held = Buffer.alloc(0)
    },
  }

  function flush(): void {
    timer = undefined
    const end = endOfCharacters(held)
    if (end === 0) return
    const text = held.subarray(0, end).toString('utf8')
    held = held.subarray(end)
    timer = setTimeout(flush, interval).unref()
    report(text)
  }
}

function latest(held: Buffer, chunk: Buffer): Buffer {
  if (held.length + chunk.length <= mostShown) return Buffer.concat([held, chunk])
  // A copy, so that a small piece of a large chunk does not hold the whole of it.
  const kept = Buffer.from(Buffer.concat([held, chunk.subarray(-mostShown)]).subarray(-mostShown))
  return kept.subarray(startOfCharacters(kept))
}
