import { performance } from 'node:perf_hooks'

import type { Milliseconds } from '@keepup/core'

import type { Diagnostic } from './read-answer.ts'

/** What a server said of a file; more may come where it is not complete. */
export interface Diagnosis {
  readonly complete: boolean
  readonly diagnostics: readonly Diagnostic[]
}

/** What a server published of a file last. */
interface Published {
  readonly diagnostics: readonly Diagnostic[]
  readonly version?: number
  /** When, by a clock that never goes back. */
  readonly at: Milliseconds
}

/** What one waits for. */
export interface Awaited {
  /** Published for this version, or for none that is named, since this moment. */
  readonly version: number
  readonly since: Milliseconds
  /** How long nothing more may have come for it to count as all: servers publish what they know so far. */
  readonly settle: Milliseconds
  /** When to give up. */
  readonly until: Milliseconds
  readonly signal?: AbortSignal
}

/** Diagnostics that a server sends by itself, whenever it likes. */
export interface DiagnosticsInbox {
  publish(path: string, diagnostics: readonly Diagnostic[], version?: number): void
  /** `complete` is false where nothing came in time, or more was still coming. */
  wait(path: string, awaited: Awaited): Promise<Diagnosis>
}

/** How many files are remembered. */
const mostFiles = 2_000

export function createDiagnosticsInbox(): DiagnosticsInbox {
  const published = new Map<string, Published>()
  const waiting = new Set<() => void>()
  return {
    publish(path, diagnostics, version) {
      published.delete(path)
      published.set(path, {
        diagnostics,
        at: performance.now(),
        ...(version === undefined ? {} : { version }),
      })
      const [oldest] = published.keys()
      if (published.size > mostFiles && oldest !== undefined) published.delete(oldest)
      for (const wake of waiting) wake()
    },
    async wait(path, { version, since, settle, until, signal }) {
      for (;;) {
        signal?.throwIfAborted()
        const found = published.get(path)
        const fresh = found !== undefined && found.at >= since && (found.version ?? version) === version
        const now = performance.now()
        const settled = fresh ? found.at + settle : Number.POSITIVE_INFINITY
        if (now >= settled) return { complete: true, diagnostics: fresh ? found.diagnostics : [] }
        if (now >= until) return { complete: false, diagnostics: fresh ? found.diagnostics : [] }
        await wakened(waiting, Math.min(settled, until) - now, signal)
      }
    },
  }
}

/** Resolves when something is published, the time is over or the signal is aborted. */
function wakened(
  waiting: Set<() => void>,
  duration: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer)
      waiting.delete(wake)
      signal?.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, Math.ceil(duration))
    waiting.add(wake)
    signal?.addEventListener('abort', wake, { once: true })
  })
}
