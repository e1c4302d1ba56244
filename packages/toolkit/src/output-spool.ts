import type { ArtifactHash, ArtifactStore, Label } from '@keepup/core'

/** How many bytes may wait for the store. */
const mostWaiting = 1024 * 1024

/** What became of the whole output. */
export type Spooled =
  | { readonly type: 'stored'; readonly hash: ArtifactHash; readonly size: number; readonly whole: boolean }
  | { readonly type: 'failed'; readonly reason: string }

/** Streams an output into an artifact while it comes. */
export interface OutputSpool {
  /** Takes bytes. False: wait for `drained` before giving more. */
  write(chunk: Buffer): boolean
  /** Called whenever there is room again. */
  drained(listener: () => void): void
  /** No more comes. Resolves once it is stored; never rejects. */
  finish(): Promise<Spooled>
}

/** A spool that stores at most `most` bytes; what comes after is counted as not whole. */
export function openSpool(artifacts: ArtifactStore, label: Label, most: number): OutputSpool {
  const waiting: Buffer[] = []
  let size = 0
  let taken = 0
  let ended = false
  let failed = false
  let wake: (() => void) | undefined
  let drain: (() => void) | undefined

  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = waiting.shift()
      if (chunk !== undefined) {
        size -= chunk.length
        if (size <= mostWaiting) drain?.()
        yield chunk
      } else if (ended) return
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  }

  const storing = artifacts.put(chunks(), { mediaType: 'text/plain; charset=utf-8', label }).then(
    (info): Spooled => ({ type: 'stored', hash: info.hash, size: info.size, whole: taken <= most }),
    (error: unknown): Spooled => {
      failed = true
      drain?.()
      return { type: 'failed', reason: error instanceof Error ? error.message : String(error) }
    },
  )

  return {
    write(chunk) {
      const room = Math.max(0, most - taken)
      taken += chunk.length
      if (failed || room === 0) return true
      waiting.push(chunk.subarray(0, room))
      size += Math.min(chunk.length, room)
      wake?.()
      return size <= mostWaiting
    },
    drained: (listener) => (drain = listener),
    finish() {
      ended = true
      wake?.()
      return storing
    },
  }
}
