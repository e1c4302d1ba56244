import type { ReplayCursor } from '@keepup/checkpoint'
import {
  type AgentEntryData,
  type Entry,
  type FileChange,
  type Hash,
  KeepupError,
  type Workspace,
} from '@keepup/core'

import { awaitOthers, isOne } from './find-ahead.ts'

/** A workspace whose looks find what was recorded, when its turn comes, or else what was known; `undefined` where none was recorded. */
export function replayFiles(
  cursor: ReplayCursor,
  recorded: readonly Entry[],
  known: () => Hash | undefined,
): Workspace | undefined {
  if (!recorded.some(({ type }) => type === 'workspace-snapshotted')) return undefined
  let changes: readonly FileChange[] = []
  return {
    root: '/',
    async snapshot() {
      await awaitOthers(cursor)
      const next = cursor.next()
      // Nothing recorded: nothing had changed.
      if (next === undefined || !isOne(next, ['workspace-snapshotted']))
        return { id: known() ?? '', uncovered: [] }
      const { id = '', failed, uncovered = [] } = next.data
      if (failed !== undefined) throw new Error(failed)
      changes = allChanges(next.data)
      return { id, uncovered }
    },
    changes: async () => changes,
    treeHash: refuse,
    restore: refuse,
    branch: refuse,
    merge: refuse,
    [Symbol.asyncDispose]: async () => {},
  }
}

/** As many changes as there were; those that were not recorded will not be again. */
function allChanges({
  changes = [],
  more = 0,
}: AgentEntryData['workspace-snapshotted']): readonly FileChange[] {
  return [...changes, ...Array.from({ length: more }, (): FileChange => ({ path: '', change: 'modified' }))]
}

function refuse(): never {
  throw new KeepupError('not-supported', 'A replay touches no files.')
}
