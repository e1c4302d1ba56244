import { KeepupError } from '@keepup/core'

import { approvalDigest } from '../approval-digest.ts'
import type { HubParts } from '../hub-parts.ts'
import type { ServerDefinition } from '../server-definition.ts'
import type { ServerState } from '../server-status.ts'
import { definitionFault } from './check-definition.ts'

/** Why a server may not be started, or nothing. A server that came with a project runs only once a person has allowed exactly that. */
export async function approvalState(
  definition: ServerDefinition,
  approved: HubParts['approved'],
): Promise<Extract<ServerState, { state: 'needs-approval' }> | undefined> {
  if (definition.source.scope !== 'project') return undefined
  const digest = approvalDigest(definition)
  return (await approved?.(digest, definition)) === true ? undefined : { state: 'needs-approval', digest }
}

/** The error for a server that no person allowed to run. */
export function notApproved(name: string): KeepupError {
  const text = `MCP server "${name}" comes with the project and was not approved. Look at its command, then approve it.`
  return refusal('tool-denied', name, text)
}

/** Fails where a definition is faulty, or not in use. */
export function checkUse(definition: ServerDefinition, closed: boolean): void {
  const { name, enabled } = definition
  const fault = definitionFault(definition)
  if (fault !== undefined) throw new KeepupError('configuration-invalid', `MCP server "${name}": ${fault}`)
  if (!closed && enabled) return
  const next = closed ? 'The hub was closed, or the server removed.' : 'Enable it first.'
  throw refusal('not-supported', name, `MCP server "${name}" is not in use. ${next}`)
}

/** An error of the hub's own: nothing was sent. */
export function refusal(
  code: 'not-supported' | 'tool-denied' | 'tool-failed',
  server: string,
  text: string,
): KeepupError {
  return new KeepupError(code, text, { details: { server, outcome: 'not-run', reconnect: false } })
}
