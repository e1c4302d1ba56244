import type { Clock, NewId, ThreadId } from '@keepup/core'

import type { TaskJournal } from '../../task/task-journal.ts'
import type { A2aAgent } from './a2a-agent.ts'

/** What a runner is made of. */
export interface RunnerParts {
  readonly journal: TaskJournal
  readonly agent: A2aAgent
  readonly clock: Clock
  readonly newId: NewId
  /** Told after each event of a task. */
  readonly published: (thread: ThreadId) => void
  /** Learns of what nobody else is told. */
  readonly note: (text: string) => void
}
