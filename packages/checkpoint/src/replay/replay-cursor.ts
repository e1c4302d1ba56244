import type { Entry } from '@keepup/core'

/** Where a re-execution stands in what was recorded. */
export interface ReplayCursor {
  /** How many recorded entries were emitted again. */
  readonly position: number
  /** What was recorded and not yet emitted again. */
  upcoming(): Iterable<Entry>
  /** The next recorded entry; `undefined` at the end. */
  next(): Entry | undefined
  /**
   * Resolves with the next recorded entry as soon as it satisfies the predicate: at once, or after some `advance`. Use it to let things end in the
   * recorded order: a tool call when its `tool-finished` is next, a crash when `run-resumed` is. Never resolves where none does.
   */
  waitFor(predicate: (entry: Entry) => boolean): Promise<Entry>
  /** Goes on by so many entries (one when left out), and wakes whoever waited for the entry that is next now. */
  advance(count?: number): void
  /** Resolves once everything recorded was emitted again. */
  readonly finished: Promise<void>
}

/** A cursor at the beginning of a record. */
export function createReplayCursor(entries: readonly Entry[]): ReplayCursor {
  let position = 0
  let waiting: { readonly predicate: (entry: Entry) => boolean; readonly resolve: (entry: Entry) => void }[] =
    []
  const finished = Promise.withResolvers<void>()
  if (entries.length === 0) finished.resolve()

  function wake(): void {
    const next = entries[position]
    if (next === undefined) return finished.resolve()
    const ready = waiting.filter(({ predicate }) => predicate(next))
    waiting = waiting.filter((waiter) => !ready.includes(waiter))
    for (const { resolve } of ready) resolve(next)
  }

  return {
    get position() {
      return position
    },
    *upcoming() {
      for (let index = position; ; index += 1) {
        const entry = entries[index]
        if (entry === undefined) return
        yield entry
      }
    },
    next: () => entries[position],
    waitFor: (predicate) =>
      new Promise((resolve) => {
        waiting.push({ predicate, resolve })
        wake()
      }),
    advance: (count = 1) => {
      position = Math.min(position + count, entries.length)
      wake()
    },
    finished: finished.promise,
  }
}
