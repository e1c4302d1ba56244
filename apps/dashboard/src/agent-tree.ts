import type { ThreadEntry } from './api-types.ts'

/** An agent that a thread started. */
export interface StartedAgent {
  readonly agent: string
  readonly role: string
  readonly attempt: number
  /** How it ended; left out while it works. */
  readonly end?: string
  /** What it was lent, by name: turns, tokens, money, time, agents. */
  readonly budget: Readonly<Record<string, number>>
  readonly cost?: number
}

/** The agents that a thread started, in the order in which it did. */
export function agentsOf(entries: Iterable<ThreadEntry>): readonly StartedAgent[] {
  const agents = new Map<string, StartedAgent>()
  for (const { type, data } of entries) {
    if (type !== 'agent-spawned' && type !== 'agent-settled') continue
    const told = Object(data) as Readonly<Record<string, unknown>>
    const agent = String(told['agent'])
    if (type === 'agent-spawned') {
      const budget = numbersIn(told['budget'])
      agents.set(agent, { agent, role: String(told['role']), attempt: Number(told['attempt']), budget })
      continue
    }
    const known = agents.get(agent)
    const cost = numbersIn(told['spent'])['cost']
    if (known !== undefined)
      agents.set(agent, { ...known, end: String(told['end']), ...(cost === undefined ? {} : { cost }) })
  }
  return [...agents.values()]
}

function numbersIn(value: unknown): Readonly<Record<string, number>> {
  const found = Object.entries(Object(value) as object)
  return Object.fromEntries(found.filter((pair): pair is [string, number] => typeof pair[1] === 'number'))
}
