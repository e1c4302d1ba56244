import { KeepupError } from '@keepup/core'

/** How much of a window each section of a prompt may take, as shares from 0 to 1. */
export interface ContextBudget {
  /** From this fill on there is something to do. */
  readonly trigger: number
  /** What is left afterwards is no more than this, where that can be. */
  readonly target: number
  /** The latest turns, as they were; the last one always. */
  readonly recent: number
  /** What people asked before, word for word; the last request always. */
  readonly requests: number
  readonly ledger: number
  /** Less than this is not worth a prompt whose prefix changes. */
  readonly least: number
}

/** 70 % starts it, 50 % is the aim: 25 % for the latest turns, 8 % for what was asked, 6 % for the ledger. */
export const defaultContextBudget: ContextBudget = {
  trigger: 0.7,
  target: 0.5,
  recent: 0.25,
  requests: 0.08,
  ledger: 0.06,
  least: 0.1,
}

/** A budget in tokens of one window. */
export type ContextTokens = { readonly [Section in keyof ContextBudget]: number }

/** In tokens: what two answers take is kept free in small windows, because the loop's limit of the context counts them. */
const answers = 12_000

/** The budget in tokens. */
export function budgetInTokens(budget: ContextBudget, window: number): ContextTokens {
  const free = Math.max(0.4 * window, window - answers)
  const trigger = Math.min(budget.trigger * window, free)
  return {
    trigger,
    target: Math.min(budget.target * window, 0.75 * trigger),
    recent: Math.min(budget.recent * window, 0.4 * trigger),
    requests: budget.requests * window,
    ledger: budget.ledger * window,
    least: budget.least * window,
  }
}

/** The default with some shares changed. Throws `configuration-invalid` for what is no share, or sections that do not fit. */
export function contextBudget(given: Partial<ContextBudget> = {}): ContextBudget {
  const budget = { ...defaultContextBudget, ...given }
  for (const [section, share] of Object.entries(budget)) {
    if (!(share >= 0 && share <= 1))
      throw invalid(`The share "${section}" of the window is ${share}. Give a number from 0 to 1.`)
  }
  const { trigger, target, recent, requests, ledger } = budget
  if (target >= trigger)
    throw invalid(
      `The target (${target}) must be below the trigger (${trigger}): lower the one or raise the other.`,
    )
  if (recent + requests + ledger > target)
    throw invalid(
      `recent, requests and ledger take ${recent + requests + ledger} of the window together, and the target is ${target}: lower one of them.`,
    )
  return budget
}

function invalid(message: string): KeepupError {
  return new KeepupError('configuration-invalid', message)
}
