import { type Entry, KeepupError, type ThreadId } from '@keepup/core'

import type { Store } from '../store.ts'

/** Which contents of a thread open with the keys at hand. */
export interface ReadContent {
  readonly thread: ThreadId
  /** Entries and artifacts that do. */
  readonly opened: number
  /** Those that do not: sequences, and hashes of artifacts. */
  readonly closed: readonly string[]
}

/** Reads every entry and artifact once, thread by thread. */
export async function* readContent(store: Store): AsyncGenerator<ReadContent> {
  const seen = new Set<string>()
  for await (const { thread } of store.checkpointer.threads()) {
    const closed: string[] = []
    let opened = 0
    // What is stored tells which entries there are; each is opened by itself, so that one does not hide those after it.
    for await (const entry of store.stored.checkpointer.log(thread)) {
      if (await opens(() => readEntry(store, entry))) opened += 1
      else closed.push(String(entry.sequence))
      for (const hash of entry.erased === true ? [] : (entry.artifacts ?? [])) {
        if (seen.has(hash)) continue
        seen.add(hash)
        if (await opens(() => readArtifact(store, hash))) opened += 1
        else closed.push(hash)
      }
    }
    yield { thread, opened, closed }
  }
}

async function readEntry({ checkpointer }: Store, { thread, sequence }: Entry): Promise<void> {
  for await (const entry of checkpointer.log(thread, sequence - 1)) if (entry.sequence >= sequence) return
}

async function readArtifact({ artifacts }: Store, hash: string): Promise<void> {
  for await (const bytes of artifacts.get(hash)) void bytes
}

async function opens(read: () => Promise<void>): Promise<boolean> {
  try {
    await read()
    return true
  } catch (error) {
    if (KeepupError.is(error, 'keys-required')) return false
    throw error
  }
}
