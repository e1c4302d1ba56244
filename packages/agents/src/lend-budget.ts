import type { AgentBudget, AgentRole, CallThread, Limits } from '@keepup/core'

import type { AgentBounds } from './agent-bounds.ts'

/** What a budget is asked for. */
export interface LoanRequest {
  readonly role: AgentRole
  /** What whoever starts the agent wants it to have; an equal part of what is left where nothing is said. */
  readonly wanted: Limits
  /** How many more are about to be started beside it: they and the one who starts them get a part as well. */
  readonly others: number
  /** Everything that is left: the agent gets control. */
  readonly whole: boolean
}

/**
 * The budget of an agent: never more than is left to the one who starts it, than its role may have, or than it is wanted to have. A text where there is not
 * enough left.
 */
export function lendBudget(
  thread: CallThread,
  bounds: AgentBounds,
  request: LoanRequest,
): AgentBudget | string {
  const limits = lentLimits(thread.left, request)
  const poor = tooLittle(limits, thread.lastWords)
  if (poor !== undefined) return poor
  const agents = agentsLeft(thread, bounds)
  if (agents < 1) return `the tree has as many agents as it may (${bounds.agents})`
  return { ...limits, agents: request.whole ? agents - 1 : Math.floor((agents - 1) / (request.others + 2)) }
}

const shared = ['turns', 'tokens', 'money'] as const satisfies readonly (keyof Limits)[]

/** Of what can be spent but once, an equal part where nobody says how much; of time, which passes for all at once, as much as there is. */
function lentLimits(
  left: Limits,
  { role: { limits: most = {} }, wanted, whole, others }: LoanRequest,
): Limits {
  const lent = shared.map((what) => {
    const rest = left[what]
    const part = rest === undefined || whole ? rest : Math.ceil(rest / (others + 2))
    return [what, least(rest, wanted[what] ?? part, most[what])] as const
  })
  const all = [...lent, ['time', least(left.time, wanted.time, most.time)] as const]
  return Object.fromEntries(all.filter(([, amount]) => amount !== undefined))
}

function tooLittle(
  { turns = 1, tokens = Infinity, money = Infinity, time = 1 }: Limits,
  lastWords: CallThread['lastWords'],
): string | undefined {
  if (turns < 1) return 'no turns are left to hand on'
  if (tokens <= lastWords.tokens) return 'too few tokens are left to hand on'
  if (money <= lastWords.money) return 'too little money is left to hand on'
  return time < 1 ? 'no time is left' : undefined
}

/** How many agents the run may still start, with all below them. */
function agentsLeft({ delegation, agents, run }: CallThread, bounds: AgentBounds): number {
  const own = delegation?.budget.agents ?? bounds.agents
  return agents
    .filter((one) => one.run === run)
    .reduce((rest, { budget, settled }) => rest - 1 - (settled?.spent.agents ?? budget.agents), own)
}

function least(...amounts: readonly (number | undefined)[]): number | undefined {
  const given = amounts.filter((amount) => amount !== undefined)
  return given.length === 0 ? undefined : Math.floor(Math.min(...given))
}
