import type { SessionUpdate } from '@agentclientprotocol/sdk'
import type { AgentEntry, Money } from '@keepup/core'

/** Counts what a thread uses. */
export interface UsageCount {
  readonly begun: (event: AgentEntry<'run-started'> | AgentEntry<'run-resumed'>) => readonly SessionUpdate[]
  readonly failed: (event: AgentEntry<'model-failed'>) => readonly SessionUpdate[]
  /** What an editor is told after an answer: how full the window is, and the sum. Nothing where the size of the window is not known. */
  readonly answered: (event: AgentEntry<'assistant-message'>) => readonly SessionUpdate[]
}

/** Counts on from what was spent before, in nano-dollars. */
export function usageOf(before: Money): UsageCount {
  let spent = before
  let size: number | undefined
  let isPriced = true
  return {
    begun({ data: { settings } }) {
      size = settings.models[0].contextWindow
      return []
    },
    failed({ data: { cost = 0 } }) {
      spent += cost
      return []
    },
    answered({ data: { usage, cost, unpriced = false } }) {
      spent += cost
      isPriced &&= !unpriced
      if (size === undefined) return []
      const sum = isPriced ? { cost: { amount: spent / 1e9, currency: 'USD' } } : {}
      return [{ sessionUpdate: 'usage_update', used: usage.input + usage.output, size, ...sum }]
    },
  }
}
