import type { DefenceState } from '../observe/defence-state.ts'
import type { DefencePolicy } from '../rules/defence-policy.ts'
import type { Owner } from '../rules/owner.ts'
import type { ToolAnnotation } from '../rules/tool-annotation.ts'

/** Everything that a decision about one call depends on. */
export interface DecidingParts {
  readonly state: DefenceState
  readonly policy: DefencePolicy
  readonly owner: Owner
  readonly tool: string
  readonly annotation: ToolAnnotation | undefined
  /** A sandbox confines what is run. */
  readonly confined?: boolean
}
