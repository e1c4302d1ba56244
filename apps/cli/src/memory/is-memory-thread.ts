import type { ThreadId } from '@keepup/core'

/** Whether a thread holds a memory instead of an agent: `keepup memory list --scopes` lists those. Told from the name, so that nothing has to be loaded. */
export function isMemoryThread(thread: ThreadId): boolean {
  return thread.startsWith('memory:')
}
