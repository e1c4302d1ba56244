import {
  addUsage,
  type AgentEntry,
  type AgentSpent,
  type CallKey,
  type Checkpointer,
  type Delegation,
  type Entry,
  type FoldRef,
  type Label,
  type LabelTable,
  noUsage,
  type RunOutcome,
  type StartedAgent,
  type ThreadId,
} from '@keepup/core'

/** An agent that a thread started, as that thread knows it. */
export interface NodeAgent extends StartedAgent {
  readonly settled?: AgentEntry<'agent-settled'>['data']
}

/** What one thread tells of its place in a tree of agents, whoever reads it. */
export interface AgentNode {
  readonly thread: ThreadId
  /** How it was started, also once that is over. */
  readonly delegation?: Delegation
  /** Whoever started it waits for its end still. */
  readonly isDelegated: boolean
  readonly status: 'idle' | 'running' | 'waiting' | 'finished'
  /** The questions that it waits for, those of agents below it included. */
  readonly approvals: readonly string[]
  readonly outcome?: RunOutcome
  /** The latest answer, and its labels. */
  readonly answer?: { readonly text: string; readonly labels?: LabelTable }
  readonly agents: readonly NodeAgent[]
  /** What its open calls wait for. */
  readonly awaits: ReadonlyMap<CallKey, readonly ThreadId[]>
  /** What it used itself, in the run that is the latest. */
  readonly spent: AgentSpent
  /** The folder that it works in, where it has one of its own. */
  readonly folder?: string
}

/** Reads a thread's place. A thread that does not exist is idle. */
export async function readNode(checkpointer: Checkpointer, thread: ThreadId): Promise<AgentNode> {
  const { entries } = await checkpointer.read(thread)
  return entries.reduce(apply, {
    thread,
    isDelegated: false,
    status: 'idle',
    approvals: [],
    agents: [],
    awaits: new Map(),
    spent: { turns: 0, usage: noUsage, cost: 0, agents: 0 },
  } satisfies AgentNode)
}

function apply(node: AgentNode, entry: Entry): AgentNode {
  if (entry.type === 'thread-pruned') return prunedNode(node, entry)
  if (entry.erased === true || !Object.hasOwn(handlers, entry.type)) return node
  // The type says which handler, and what its data is.
  const handler = handlers[entry.type as Handled] as (node: AgentNode, entry: AgentEntry) => AgentNode
  return handler(node, entry as AgentEntry)
}

/** What the fold of an agent keeps of what it is asked for here. */
interface PrunedAgent {
  readonly status: AgentNode['status']
  readonly lastText: string
  readonly exposure: Label
  readonly delegation?: Delegation & { readonly over?: true }
  readonly agents?: readonly (NodeAgent & { readonly thread: ThreadId })[]
  readonly run?: { readonly outcome?: RunOutcome }
}

/** The beginning of a thread was replaced by the state that an agent was in. */
function prunedNode(node: AgentNode, { data }: Entry): AgentNode {
  const { fold, state } = (data ?? {}) as { readonly fold?: FoldRef; readonly state?: PrunedAgent }
  if (fold?.id !== 'agent' || state === undefined) return node
  const { status, lastText: text, exposure, delegation, agents = [], run } = state
  const own = delegation?.agent === node.thread ? delegation : undefined
  return {
    ...node,
    status,
    isDelegated: own !== undefined && own.over !== true,
    answer: { text, labels: { default: exposure } },
    agents: agents.filter(({ thread }) => thread === node.thread),
    ...(own === undefined ? {} : { delegation: own }),
    ...(run?.outcome === undefined ? {} : { outcome: run.outcome }),
  }
}

type Handled = keyof typeof handlers

type Handler<Type extends AgentEntry['type']> = (node: AgentNode, entry: AgentEntry<Type>) => AgentNode

const handlers: { readonly [Type in AgentEntry['type']]?: Handler<Type> } = {
  // A fork was started by nobody, and started nobody.
  'agent-delegated': (node, { data }) =>
    data.agent === node.thread ? { ...node, delegation: data, isDelegated: true } : node,
  'agent-released': (node) => ({ ...node, isDelegated: false }),
  'workspace-bound': (node, { data }) => ({ ...node, folder: data.folder }),
  'run-started': (node) => {
    const { outcome: _, ...rest } = node
    return {
      ...rest,
      status: 'running',
      spent: { turns: 0, usage: noUsage, cost: 0, agents: 0 },
      agents: node.agents.filter(({ settled }) => settled === undefined),
    }
  },
  'run-resumed': (node) => ({ ...node, status: 'running', approvals: [] }),
  'run-waiting': (node, { data }) => ({ ...node, status: 'waiting', approvals: data.approvals }),
  'run-finished': (node, { data, labels }) => ({
    ...node,
    status: 'finished',
    isDelegated: false,
    outcome: data.outcome,
    approvals: [],
    answer: { text: data.text, ...(labels === undefined ? {} : { labels }) },
  }),
  'assistant-message': (node, { data }) => ({
    ...node,
    spent: {
      ...node.spent,
      turns: node.spent.turns + 1,
      usage: addUsage(node.spent.usage, data.usage),
      cost: node.spent.cost + data.cost,
    },
  }),
  'model-failed': (node, { data }) => ({
    ...node,
    spent: {
      ...node.spent,
      usage: addUsage(node.spent.usage, data.usage ?? noUsage),
      cost: node.spent.cost + (data.cost ?? 0),
    },
  }),
  'agent-spawned': (node, { data, thread }) => {
    if (thread !== node.thread) return node
    return { ...node, agents: [...node.agents.filter(({ agent }) => agent !== data.agent), data] }
  },
  'agent-settled': (node, { data }) => ({
    ...node,
    agents: node.agents.map((one) =>
      one.agent === data.agent && one.attempt === data.attempt ? { ...one, settled: data } : one,
    ),
    spent: {
      turns: node.spent.turns + data.spent.turns,
      usage: addUsage(node.spent.usage, data.spent.usage),
      cost: node.spent.cost + data.spent.cost,
      agents: node.spent.agents + data.spent.agents + 1,
    },
  }),
  'agents-awaited': (node, { data }) => ({
    ...node,
    awaits: new Map(node.awaits).set(data.key, data.agents),
  }),
  'tool-finished': (node, { data }) => {
    if (!node.awaits.has(data.key)) return node
    const awaits = new Map(node.awaits)
    awaits.delete(data.key)
    return { ...node, awaits }
  },
}
