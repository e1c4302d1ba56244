import type { Entry, PendingSignal, Sequence } from '@keepup/core'

/** What a watcher is shown. */
export type Seen = { readonly entry: Entry } | { readonly signal: PendingSignal }

/** What a watcher looks at, and what tells it to look again. */
export interface Watched {
  /** The physical head of the thread; 0 where there is none. */
  head(): Promise<Sequence>
  /** Own entries after a sequence and waiting signals after a position, or the first of them. */
  look(
    after: Sequence,
    position: number,
  ): Promise<{ readonly entries: readonly Entry[]; readonly signals: readonly PendingSignal[] }>
  /** Where changes stand now: whoever looks after this misses none by waiting for one after it. */
  mark(): number
  /** Resolves once something may have changed after a mark, once the signal is aborted, and once the checkpointer is closed. */
  changed(mark: number, signal: AbortSignal): Promise<void>
  /** Whether the checkpointer is closed. */
  isClosed(): boolean
}

/** Own entries and waiting signals of a thread as they come; see `Checkpointer.watch`. */
export function watchThread(
  watched: Watched,
  options: { readonly after?: Sequence; readonly signal: AbortSignal },
): AsyncIterable<Seen> {
  // Looked up now, not at the first step, so that nothing that follows the call is missed.
  const started = Promise.resolve(options.after ?? watched.head())
  started.catch(() => undefined)
  return follow(watched, started, options.signal)
}

/** One look; nothing where the checkpointer was closed meanwhile. */
async function look(
  watched: Watched,
  cursor: Sequence,
  position: number,
): Promise<Awaited<ReturnType<Watched['look']>> | undefined> {
  try {
    return await watched.look(cursor, position)
  } catch (error) {
    if (watched.isClosed()) return undefined
    throw error
  }
}

async function* follow(
  watched: Watched,
  started: Promise<Sequence>,
  signal: AbortSignal,
): AsyncGenerator<Seen> {
  let cursor = await started
  let position = 0
  while (!signal.aborted && !watched.isClosed()) {
    const mark = watched.mark()
    const found = await look(watched, cursor, position)
    if (found === undefined) return
    for (const entry of found.entries) {
      if (signal.aborted) return
      cursor = entry.sequence
      yield { entry }
    }
    for (const pending of found.signals) {
      if (signal.aborted) return
      position = pending.position
      yield { signal: pending }
    }
    if (found.entries.length + found.signals.length === 0) await watched.changed(mark, signal)
  }
}
