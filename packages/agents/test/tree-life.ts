import type {
  AgentEntry,
  Checkpointer,
  Clock,
  Entry,
  Model,
  NewId,
  Owner,
  RunAgent,
  Tool,
} from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { createRuntime } from '@keepup/runtime'
import { expect } from 'vitest'

import { type AgentManager, createAgentManager } from '../src/index.ts'
import { thinkingModel, toolText } from './thinking-model.ts'

const price = { input: 1_000, cached: 0, cacheWritten: 0, output: 2_000 }

/** What one process makes a tree of. */
export interface TreeParts {
  readonly checkpointer: Checkpointer
  /** How many agents each one starts, level by level: [7, 6] is a tree of 50. */
  readonly fan: readonly number[]
  /** Called by each leaf, once. */
  readonly act: (key: string, signal: AbortSignal) => Promise<void>
  readonly clock?: Clock
  readonly owner?: Owner
  readonly newId?: NewId
  /** What the tool says of itself: a lie is the control. */
  readonly repeat?: Tool['repeat']
  readonly background?: boolean
}

/** Composes the tree: agents that start those of the next level, and leaves that act. */
export function treeOf(parts: TreeParts): RunAgent {
  const { checkpointer, fan, clock, owner, newId } = parts
  const levels = [...fan.keys()].map((level) => `level-${level + 1}`)
  const manager: AgentManager = createAgentManager({
    checkpointer,
    bounds: { depth: 9, fanOut: 50, concurrent: 50, agents: 500 },
    roles: levels.map((name) => ({ name, description: name, system: name })),
    agentOf: ({ name }) => agent(Number(name.split('-')[1])),
    ...(clock === undefined ? {} : { clock }),
    ...(owner === undefined ? {} : { owner }),
  })
  function agent(level: number): RunAgent {
    const runtime = {
      model: modelOf(parts, level),
      checkpointer,
      tools: [actTool(parts), ...manager.tools],
      agents: manager,
      mode: 'yolo' as const,
      ...(clock === undefined ? {} : { clock }),
      ...(newId === undefined ? {} : { newId }),
      ...(owner === undefined ? {} : { owner }),
    }
    return createRuntime(runtime).run
  }
  return agent(0)
}

/** Starts everybody below at once, or acts; then answers. */
function modelOf({ fan, background }: TreeParts, level: number): Model {
  const below = fan[level] ?? 0
  return thinkingModel(
    (request) => {
      const told = toolText(request)
      if (told.includes('is at work')) return { calls: [['collect_agents', {}]] }
      if (told !== '') return { text: `level ${level} is done` }
      if (below === 0) return { calls: [['act', {}]] }
      const calls = Array.from(
        { length: below },
        (_, index) =>
          [
            'delegate_to_agent',
            {
              role: `level-${level + 1}`,
              task: `part ${index}`,
              ...(background === true ? { background } : {}),
            },
          ] as const,
      )
      return { calls }
    },
    { price },
  )
}

function actTool({ act, repeat = 'once' }: TreeParts): Tool {
  return {
    name: 'act',
    description: 'acts',
    input: jsonSchema<object>({ type: 'object' }),
    repeat,
    effects: () => [{ kind: 'write', target: '/world' }],
    async run(_, { call, signal }) {
      await act(call.key, signal)
      return { content: [{ type: 'text', text: 'acted' }] }
    },
  }
}

/** Everything that a tree must keep to, whatever happened to the processes that ran it. */
export async function expectWhole(checkpointer: Checkpointer, root: string): Promise<void> {
  let spent = 0
  for await (const { thread } of checkpointer.threads()) {
    const entries = await logOf(checkpointer, thread)
    expect(openIn(entries), `agents that were never settled in ${thread}`).toEqual([])
    expect(entries.at(-1)?.type, `the end of ${thread}`).toMatch(/run-finished|agent-released/)
    spent += entries.reduce((sum, entry) => sum + costOf(entry), 0)
  }
  const final = (await logOf(checkpointer, root)).findLast(({ type }) => type === 'run-finished')
  expect(final?.data, 'what the tree used').toMatchObject({ outcome: { type: 'completed' }, cost: spent })
}

async function logOf(checkpointer: Checkpointer, thread: string): Promise<readonly AgentEntry[]> {
  const log: Entry[] = []
  for await (const entry of checkpointer.log(thread)) log.push(entry)
  // Every thread of these stores is an agent's.
  return log as AgentEntry[]
}

function openIn(entries: readonly AgentEntry[]): readonly string[] {
  const open = new Set<string>()
  for (const entry of entries) {
    if (entry.type === 'agent-spawned') open.add(entry.data.agent)
    if (entry.type === 'agent-settled') open.delete(entry.data.agent)
  }
  return [...open]
}

function costOf(entry: AgentEntry): number {
  if (entry.type === 'assistant-message') return entry.data.cost
  return entry.type === 'model-failed' ? (entry.data.cost ?? 0) : 0
}
