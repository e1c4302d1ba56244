import type { PlanEntry, SessionUpdate } from '@agentclientprotocol/sdk'

import { fieldsOf } from './fields-of.ts'

const statuses: Readonly<Record<string, PlanEntry['status']>> = {
  pending: 'pending',
  active: 'in_progress',
  done: 'completed',
}

/** The agent's list of what is to do, as a plan: what was dropped is not on it. */
export function planOf(input: unknown): SessionUpdate {
  const items = typeof input === 'object' && input !== null && 'items' in input ? input.items : []
  const entries = (Array.isArray(items) ? items : []).map(fieldsOf).flatMap(({ text, status = '' }) => {
    const known = statuses[status]
    return text === undefined || known === undefined
      ? []
      : [{ content: text, priority: 'medium' as const, status: known }]
  })
  return { sessionUpdate: 'plan', entries }
}
