import type { Label } from '@keepup/core'

import type { AgentResult } from './node.ts'

/** An agent's result, and the label of everything that it saw and said. */
export interface LabelledResult {
  readonly result: AgentResult
  readonly label: Label
}
