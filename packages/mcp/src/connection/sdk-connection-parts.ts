import type { Client, Transport } from '@modelcontextprotocol/client'

import type { ConnectionParts } from './connection-parts.ts'
import type { EraVerdict } from './era-verdict.ts'
import type { Pauses } from './pauses.ts'
import type { QuestionLimit } from './question-limit.ts'
import type { ServerQuestions } from './server-questions.ts'

/** What a connection is made of, once its transport is. */
export interface SdkConnectionParts extends Omit<ConnectionParts, 'client'> {
  readonly client: Client
  readonly questions: ServerQuestions
  readonly limit: QuestionLimit
  readonly pauses: Pauses
  readonly prior?: EraVerdict
  readonly opened: {
    readonly transport: Transport
    readonly leave?: () => Promise<void>
    readonly endedWith?: () => string | undefined
  }
}
