import { KeepupError } from '@keepup/core'

import { defencePolicySchema } from './defence-policy-schema.ts'
import type { DefencePolicy } from './defence-policy.ts'
import { schemaFault } from './schema-fault.ts'

/**
 * Reads a policy from parsed JSON. `source` names the file in messages.
 *
 * @throws KeepupError `configuration-invalid`, with the place, what stands there and the fix. Nothing is left out in silence.
 */
export function readDefencePolicy(value: unknown, source: string): DefencePolicy {
  const fault = schemaFault(value, defencePolicySchema, '')
  if (fault !== undefined)
    throw new KeepupError('configuration-invalid', `${source}#${fault.pointer}: ${fault.problem}`, {
      details: { fix: fault.fix },
    })
  // The schema says what the type says; a test holds the two together.
  return value as DefencePolicy
}
