import type { AgentCard, Message } from '@a2a-js/sdk'
import type { ServerCallContext } from '@a2a-js/sdk/server'
import type { NewId } from '@keepup/core'

import type { TaskJournal } from '../../task/task-journal.ts'
import type { TaskRunner } from '../agent/task-runner.ts'
import type { PushRules } from '../push/push-target.ts'

/** What answers requests. */
export interface HandlerParts {
  readonly card: () => AgentCard
  /** What authenticated callers are shown in its place. */
  readonly extendedCard?: (context: ServerCallContext) => Promise<AgentCard>
  readonly journal: TaskJournal
  readonly runner: TaskRunner
  readonly newId: NewId
  readonly push: PushRules
  /** Whether a message with an id that was seen is that message again; always, when left out. */
  readonly isRepetition?: (message: Message) => boolean
}
