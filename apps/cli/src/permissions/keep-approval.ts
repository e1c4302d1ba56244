import type { FoundApproval } from '@keepup/loop'

import { rememberAnswer } from '../defence/remembered-answers.ts'
import type { Environment } from '../host.ts'
import { stoodForCall } from '../stood-for-call.ts'
import { openApprovedCalls } from './open-permissions.ts'

/**
 * Keeps for a project what was allowed in it, as it would be run, so that exactly this is not asked about again there. Gives the name it can be forgotten by. Fails
 * `configuration-invalid`; the answer that was given stands.
 */
export async function keepApproval(
  project: string,
  found: FoundApproval,
  environment: Environment,
): Promise<string> {
  const { part, effects, folder } = found
  rememberAnswer(found, environment)
  const call = { ...stoodForCall(part.name, part.input), effects, by: 'user' }
  const where = folder === undefined ? {} : { folder }
  const { id } = await openApprovedCalls(project, environment).add({ ...call, ...where })
  return id
}
