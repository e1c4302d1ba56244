import { KeepupError } from '@keepup/core'

/** How far a tree of agents may grow. */
export interface AgentBounds {
  /** Agents one below the other, the one that a person started not counted. */
  readonly depth: number
  /** Agents that one run may start, over its whole life. */
  readonly fanOut: number
  /** Agents that one run may have at work at the same time. */
  readonly concurrent: number
  /** Agents in the whole tree of one run that a person started. It is part of the budget: who starts another hands some of it on. */
  readonly agents: number
}

/** Three levels, eight from one run, four at once, 32 in all. */
export const defaultBounds: AgentBounds = { depth: 3, fanOut: 8, concurrent: 4, agents: 32 }

/** The bounds, whole. Fails `configuration-invalid` where one is no count. */
export function checkBounds(given: Partial<AgentBounds> = {}): AgentBounds {
  const bounds = { ...defaultBounds, ...given }
  for (const [name, value] of Object.entries(bounds)) {
    if (Number.isSafeInteger(value) && value >= 0) continue
    throw new KeepupError(
      'configuration-invalid',
      `The bound ${name} of agents is ${String(value)}. Give a whole number that is not negative.`,
      { details: { bound: name, value } },
    )
  }
  return bounds
}
