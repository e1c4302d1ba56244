import {
  type ArtifactHash,
  type ArtifactStore,
  type Checkpointer,
  KeepupError,
  type ThreadId,
} from '@keepup/core'

/**
 * What a tool sees of the artifacts: it may store any, and read those that an entry of its thread's own history names, or that it stored itself. A model
 * that guesses or is told the hash of another thread's artifact reads nothing: it is as if there were none.
 */
export function threadArtifacts(
  store: ArtifactStore,
  checkpointer: Pick<Checkpointer, 'read'>,
  thread: ThreadId,
): ArtifactStore {
  const known = new Set<ArtifactHash>()
  const isKnown = async (hash: ArtifactHash): Promise<boolean> => {
    if (known.has(hash)) return true
    const { entries } = await checkpointer.read(thread)
    for (const entry of entries) for (const named of entry.artifacts ?? []) known.add(named)
    return known.has(hash)
  }
  return {
    async put(content, about) {
      const stored = await store.put(content, about)
      known.add(stored.hash)
      return stored
    },
    async *get(hash, range) {
      if (!(await isKnown(hash))) {
        throw new KeepupError(
          'artifact-unknown',
          `This thread names no artifact ${hash}. Use a name that an output of this thread gave.`,
        )
      }
      yield* store.get(hash, range)
    },
    describe: async (hash) => ((await isKnown(hash)) ? store.describe(hash) : undefined),
    collect: (olderThan) => store.collect(olderThan),
    // The store is the loop's, which goes on after the call.
    async [Symbol.asyncDispose]() {},
  }
}
