import { memoryCheckpointer } from '@keepup/checkpoint'
import {
  type AgentEvent,
  type AgentRole,
  type Checkpointer,
  type Entry,
  isLive,
  type Model,
  type RunAgent,
  type RunRequest,
  type Tool,
} from '@keepup/core'
import { replayRun } from '@keepup/loop'
import { createRuntime, type RuntimeParts } from '@keepup/runtime'
import { afterEach, expect } from 'vitest'

import {
  type AgentManager,
  type AgentManagerOptions,
  agentsOf,
  createAgentManager,
  readTree,
} from '../src/index.ts'

/** A tree of agents over memory. */
export interface Scene {
  readonly checkpointer: Checkpointer
  readonly manager: AgentManager
  /** The one that a person starts. */
  readonly run: RunAgent
}

/** What a scene is made of: models by role, `main` for the one that a person starts. */
export interface SceneOptions extends Partial<Omit<AgentManagerOptions, 'agentOf' | 'roles'>> {
  readonly models: Readonly<Record<string, Model>>
  readonly roles?: Readonly<Record<string, Partial<AgentRole>>>
  readonly tools?: readonly Tool[]
  /** Those that work in a folder. */
  readonly toolsFor?: (folder: string | undefined) => readonly Tool[]
  readonly parts?: Partial<RuntimeParts>
  /** False where the store cannot be read any more when the test is over. */
  readonly replayed?: false
}

const used = new Set<Checkpointer>()

/** Every thread of every scene must come out the same when it is executed again from its own log. */
afterEach(async () => {
  const made = [...used]
  used.clear()
  for (const checkpointer of made) await replayAll(checkpointer)
})

/** Executes every thread of a store again. */
export async function replayAll(checkpointer: Checkpointer): Promise<void> {
  for await (const { thread, origin } of checkpointer.threads()) {
    const recorded: Entry[] = []
    for await (const entry of checkpointer.log(thread)) recorded.push(entry)
    const past = origin === undefined ? {} : { past: await checkpointer.read(thread, { at: origin.at }) }
    await replayRun(recorded, past)
  }
}

/** Composes a tree whose every agent may start others. */
export function scene(options: SceneOptions): Scene {
  const { models, roles = {}, tools = [], toolsFor = () => [], parts = {}, ...rest } = options
  const checkpointer = rest.checkpointer ?? memoryCheckpointer()
  if (options.replayed !== false) used.add(checkpointer)
  const names = Object.keys(models).filter((name) => name !== 'main')
  const manager = createAgentManager({
    poll: 5,
    ...rest,
    checkpointer,
    roles: names.map((name) => ({ name, description: name, system: `You are ${name}.`, ...roles[name] })),
    agentOf: (role, place) => agent(role.name, role.system, role.tools, place.workspace),
  })
  function agent(
    name: string,
    system: string,
    policy: AgentRole['tools'] = () => true,
    files = rest.workspace,
  ): RunAgent {
    const model = models[name]
    if (model === undefined) throw new Error(`There is no model for ${name}`)
    return createRuntime({
      mode: 'yolo',
      poll: 5,
      retry: { first: 1, longest: 2 },
      ...parts,
      model,
      checkpointer,
      system,
      agents: manager,
      tools: [...[...tools, ...toolsFor(files?.root)].filter((tool) => policy(tool.name)), ...manager.tools],
      ...(files === undefined ? {} : { files }),
    }).run
  }
  return { checkpointer, manager, run: agent('main', 'You are the main agent.') }
}

/** Runs to the end and gives every event of the thread itself. */
export async function collect(
  run: RunAgent,
  request: Partial<RunRequest> = {},
): Promise<readonly AgentEvent[]> {
  const events: AgentEvent[] = []
  for await (const event of run({ thread: 'main', ...request })) events.push(event)
  return events
}

/** How a run ended. */
export function endOf(events: readonly AgentEvent[]) {
  const last = events.findLast((event) => event.type === 'run-finished')
  if (last?.type !== 'run-finished') throw new Error('the run did not finish')
  return last.data
}

/** What calls of a tool came to, as text. */
export function results(events: readonly AgentEvent[], tool: string): readonly string[] {
  return events.flatMap((event) => {
    if (isLive(event) || event.type !== 'tool-finished' || event.data.tool !== tool) return []
    const { outcome } = event.data
    if (outcome.type !== 'completed') return [JSON.stringify(outcome)]
    return [outcome.output.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n')]
  })
}

/** No agent of a tree is at work, every budget came back, and what each used is what its parent counted. */
export async function expectSettled(checkpointer: Checkpointer, thread = 'main'): Promise<void> {
  const tree = await readTree(checkpointer, thread)
  for (const agent of agentsOf(tree)) {
    expect(agent.status, `${agent.role ?? 'main'} ${agent.agent}`).toBe('finished')
  }
  for await (const summary of checkpointer.threads()) {
    const { entries } = await checkpointer.read(summary.thread)
    const open = new Set<string>()
    for (const { type, data } of entries) {
      const { agent, attempt } = data as { agent?: string; attempt?: number }
      if (type === 'agent-spawned') open.add(`${agent} ${attempt}`)
      if (type === 'agent-settled') open.delete(`${agent} ${attempt}`)
    }
    expect([...open], `open in ${summary.thread}`).toEqual([])
  }
}
