import type { AgentRole, JsonObject, Milliseconds, ToolOutcome, ToolOutput } from '@keepup/core'

/** @limit In milliseconds: an agent has its own limits; nearly 25 days, the longest that a timer measures. */
export const agentTimeout: Milliseconds = 2_147_483_647

/** How the agents of a call are named. */
export function agentList(minItems: number, description: string): JsonObject {
  return { type: 'array', items: { type: 'string' }, minItems, maxItems: 100, description }
}

/** How a call names a role. */
export function roleField(roles: readonly AgentRole[]): JsonObject {
  return { type: 'string', enum: roles.map(({ name }) => name), description: 'Who is to do it' }
}

/** What a model is told where no agent was started: the work is left to it. */
export function refusal(reason: string): ToolOutput {
  const text = `No agent was started: ${reason}. Do the work yourself, with the tools you have.`
  return { content: [{ type: 'text', text }], structured: { refused: reason } }
}

/** A call that was suspended: whoever runs it knows, and what it gives back counts for nothing. */
export const suspended: ToolOutcome = { type: 'denied', reason: 'It waits for answers of a person.' }

/** A plain text. */
export function told(text: string): ToolOutput {
  return { content: [{ type: 'text', text }] }
}
