import type { Scope } from '@keepup/memory'

import type { StoreFlags } from '../routes/thread-routes.ts'

/** The flags of commands that look into a memory. */
export interface MemoryFlags extends StoreFlags {
  readonly user?: string
  readonly project?: string
  readonly agent?: string
  readonly thread?: string
}

/** Whose memory is meant: that of this folder where nobody is named. */
export function scopeOf({ user, project, agent, thread }: MemoryFlags, folder: string): Scope {
  const named = {
    ...(user === undefined ? {} : { user }),
    ...(project === undefined ? {} : { project }),
    ...(agent === undefined ? {} : { agent }),
    ...(thread === undefined ? {} : { thread }),
  }
  return Object.keys(named).length === 0 ? { project: folder } : named
}
