import type { AgentBudget, AgentRole, CallThread } from '@keepup/core'

import type { AgentBounds } from './agent-bounds.ts'
import { taskFingerprint } from './agent-id.ts'
import { lendBudget, type LoanRequest } from './lend-budget.ts'
import type { ManagerParts } from './manager-parts.ts'

/** What is asked for. */
export interface AgentRequest extends Omit<LoanRequest, 'role'> {
  readonly role: AgentRole
  readonly task: string
}

/** Why an agent may not be started, in half a sentence; or what it is lent. */
export function judgeRequest(
  thread: CallThread,
  { limits: bounds, roleOf, mayStart }: Pick<ManagerParts, 'limits' | 'roleOf' | 'mayStart'>,
  request: AgentRequest,
): { readonly refused: string } | { readonly lent: AgentBudget } {
  const own =
    thread.delegation === undefined ? { name: 'main agent', mayStart } : roleOf(thread.delegation.role)
  if (own?.mayStart?.(request.role.name) === false) {
    return { refused: `a ${own.name} may not start a ${request.role.name}` }
  }
  if (request.task.trim() === '') return { refused: 'the task says nothing' }
  const refused = growthRefused(thread, bounds) ?? chainRefused(thread, request)
  if (refused !== undefined) return { refused }
  const lent = lendBudget(thread, bounds, request)
  return typeof lent === 'string' ? { refused: lent } : { lent }
}

function growthRefused({ delegation, agents, run }: CallThread, bounds: AgentBounds): string | undefined {
  const depth = delegation?.chain.length ?? 0
  if (depth >= bounds.depth) return `you are at the deepest level that agents may have (${bounds.depth})`
  const mine = agents.filter((one) => one.run === run)
  if (mine.length >= bounds.fanOut) return `you started as many agents as you may (${bounds.fanOut})`
  const atWork = agents.filter(({ settled }) => settled === undefined)
  if (atWork.length >= bounds.concurrent) {
    return `as many of your agents are at work as may be at once (${bounds.concurrent})`
  }
  return undefined
}

/** The same role with the same task above it: whoever handed it on would get it back. */
function chainRefused({ delegation }: CallThread, { role, task }: AgentRequest): string | undefined {
  const fingerprint = taskFingerprint(task)
  const above = delegation?.chain.find((link) => link.role === role.name && link.task === fingerprint)
  return above === undefined ? undefined : `the ${role.name} above you has this very task already`
}
