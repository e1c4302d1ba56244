import type { ThreadId } from '@keepup/core'

/**
 * What an agent knows of a file: `fresh` where it is what the agent last read or wrote in this thread, `stale` where it has changed since, `unknown` where
 * the agent never saw it, or did in an earlier life of the program.
 */
export type Standing = 'fresh' | 'stale' | 'unknown'

/** Which content of which file each thread has last seen. Kept in memory only: after a restart everything is unknown. */
export interface SeenFiles {
  /** `hash` is that of the whole content, whatever part was shown. */
  remember(thread: ThreadId, path: string, hash: string): void
  forget(thread: ThreadId, path: string): void
  /** Whether anything is known of it. */
  knows(thread: ThreadId, path: string): boolean
  standing(thread: ThreadId, path: string, hash: string): Standing
}

/** How many files are remembered; the one that was not looked at for longest is forgotten first. */
const mostFiles = 20_000

/** Nothing seen yet. */
export function createSeenFiles(): SeenFiles {
  const seen = new Map<string, string>()
  return {
    remember(thread, path, hash) {
      const key = keyOf(thread, path)
      seen.delete(key)
      seen.set(key, hash)
      const [oldest] = seen.keys()
      if (seen.size > mostFiles && oldest !== undefined) seen.delete(oldest)
    },
    forget: (thread, path) => void seen.delete(keyOf(thread, path)),
    knows: (thread, path) => seen.has(keyOf(thread, path)),
    standing(thread, path, hash) {
      const last = seen.get(keyOf(thread, path))
      if (last === undefined) return 'unknown'
      return last === hash ? 'fresh' : 'stale'
    },
  }
}

function keyOf(thread: ThreadId, path: string): string {
  // Neither holds the character NUL.
  return `${thread}\0${path}`
}
