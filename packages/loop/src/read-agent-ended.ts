import type { AgentEnd, AgentEnded, AgentSpent, Usage } from '@keepup/core'

const ends: ReadonlySet<unknown> = new Set<AgentEnd>([
  'completed',
  'limit-reached',
  'interrupted',
  'stopped',
  'failed',
  'released',
])

/** Reads the data of an `agent-ended` signal; `undefined` where it is none. Amounts that are none would spoil every sum. */
export function readAgentEnded(data: unknown): Omit<AgentEnded, 'run'> | undefined {
  const agent = field(data, 'agent')
  const attempt = count(field(data, 'attempt'))
  const end = field(data, 'end')
  const spent = readSpent(field(data, 'spent'))
  if (typeof agent !== 'string' || attempt === undefined || !isEnd(end) || spent === undefined)
    return undefined
  return { agent, attempt, end, spent }
}

function isEnd(end: unknown): end is AgentEnd {
  return ends.has(end)
}

function readSpent(spent: unknown): AgentSpent | undefined {
  const turns = count(field(spent, 'turns'))
  const cost = count(field(spent, 'cost'))
  const agents = count(field(spent, 'agents'))
  const usage = readUsage(field(spent, 'usage'))
  if (turns === undefined || cost === undefined || agents === undefined || usage === undefined)
    return undefined
  return { turns, usage, cost, agents }
}

function readUsage(usage: unknown): Usage | undefined {
  const names = ['input', 'cached', 'cacheWritten', 'output', 'reasoning'] as const
  const counts = names.map((name) => count(field(usage, name)))
  const [input, cached, cacheWritten, output, reasoning] = counts
  if (input === undefined || cached === undefined || cacheWritten === undefined) return undefined
  if (output === undefined || reasoning === undefined) return undefined
  const estimated = field(usage, 'estimated') === true ? { estimated: true as const } : {}
  return { input, cached, cacheWritten, output, reasoning, ...estimated }
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.getOwnPropertyDescriptor(value, name)?.value
}
