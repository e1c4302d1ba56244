import type { Timestamp } from '@keepup/core'

import type { WholeSettings } from '../queue-settings.ts'
import type { QueueRows } from './queue-rows.ts'

/** What the steps of a queue share, at one moment. */
export interface Moment {
  readonly rows: QueueRows
  readonly settings: WholeSettings
  readonly now: Timestamp
}
