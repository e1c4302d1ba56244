import type { Limits } from '@keepup/core'

import type { SopBudget } from '../definition/sop.ts'
import { type Place, scopeOf, type Session, sopOf } from './session.ts'
import type { Spent } from './sop-entries.ts'
import { nothingSpent } from './sop-state.ts'

/** Nano-dollars in a dollar. */
const dollar = 1_000_000_000

/** What is left of a budget, in the units of {@link Spent}; `Infinity` where there is no bound. */
function leftOf(budget: SopBudget = {}, spent: Spent, times: number): Spent {
  const {
    tokens = Infinity,
    usd = Infinity,
    wallMs = Infinity,
    toolCalls = Infinity,
    turns = Infinity,
  } = budget
  return {
    tokens: tokens * times - spent.tokens,
    cost: usd * dollar * times - spent.cost,
    wall: wallMs * times - spent.wall,
    toolCalls: toolCalls * times - spent.toolCalls,
    turns: turns * times - spent.turns,
  }
}

/** What an agent may use now: what is left of its phase's budget, its branch's, and the procedure's. */
export function leftFor(session: Session, place: Place): Spent {
  const { phase } = place
  const { spent, spentBy, extended } = session.journal.state
  const sop = sopOf(session)
  const all = [
    leftOf(sop.budget, spent, extended + 1),
    leftOf(sop.phases[phase]?.budget, spentBy[phase] ?? nothingSpent, 1),
    leftOf(place.work.budget, spentBy[scopeOf(place)] ?? nothingSpent, 1),
  ]
  const least = (key: keyof Spent): number => Math.min(...all.map((each) => each[key]))
  return {
    tokens: least('tokens'),
    cost: least('cost'),
    wall: least('wall'),
    toolCalls: least('toolCalls'),
    turns: least('turns'),
  }
}

/** Which budget is used up. */
export function usedUp(session: Session, place: Place): 'phase' | 'procedure' | undefined {
  const { spent, extended } = session.journal.state
  if (isEmpty(leftOf(sopOf(session).budget, spent, extended + 1))) return 'procedure'
  return isEmpty(leftFor(session, place)) ? 'phase' : undefined
}

/** The bounds of one run of an agent. */
export function limitsOf({ tokens, cost, wall, turns }: Spent): Limits {
  return {
    ...(tokens === Infinity ? {} : { tokens: Math.max(1, Math.floor(tokens)) }),
    ...(cost === Infinity ? {} : { money: Math.max(1, Math.floor(cost)) }),
    ...(wall === Infinity ? {} : { time: Math.max(1, Math.floor(wall)) }),
    ...(turns === Infinity ? {} : { turns: Math.max(1, Math.floor(turns)) }),
  }
}

function isEmpty(left: Spent): boolean {
  return Object.values(left).some((amount) => Number(amount) <= 0)
}
