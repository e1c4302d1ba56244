import type { Fold } from '@keepup/core'

import type { Defence } from '../defence.ts'
import { applyEntry } from './apply-entry.ts'
import { loadDefence, saveDefence } from './saved-defence.ts'
import { initialThreadDefence, type ThreadDefence } from './thread-defence.ts'

/**
 * What the defence knows, as a fold over an agent's thread: it survives a crash, and is what it was at any earlier entry. The same entries give the same state under the
 * same annotations; raise `version` where these change.
 */
export function defenceFold(guard: Defence, version = 1): Fold<ThreadDefence> {
  return {
    id: 'defence',
    version,
    initial: initialThreadDefence,
    apply: (state, entry) => applyEntry(guard, state, entry),
    save: saveDefence,
    load: loadDefence,
  }
}
