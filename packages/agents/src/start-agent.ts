import {
  type AgentRole,
  type HookSituation,
  type KnownAgent,
  type Limits,
  type ToolContext,
} from '@keepup/core'

import { agentId, taskFingerprint } from './agent-id.ts'
import { attend, type Awaiting } from './await-agent.ts'
import { judgeRequest } from './refuse-agent.ts'
import { knownAgent } from './settle-agent.ts'
import { spawnAgent } from './spawn-agent.ts'

/** An agent that is wanted. */
export interface StartRequest {
  readonly role: AgentRole
  readonly task: string
  /** What it is told; the task when left out. */
  readonly message?: string
  readonly budget: Limits
  /** How many calls after it, in the same turn, are about to start agents. */
  readonly others: number
  readonly isolation: 'none' | 'worktree'
  readonly background: boolean
  readonly control: boolean
}

/** An agent, or why there is none: half a sentence. */
export type Started = { readonly agent: KnownAgent } | { readonly refused: string }

/**
 * Starts an agent within a call, once: run again after a crash, the call finds the one that it started. Of the calls of one thread one starts at a time: each is
 * lent what the one before it left.
 */
export async function startAgent(awaiting: Awaiting, request: StartRequest): Promise<Started> {
  const { turns, thread } = awaiting
  return turns.take(thread.thread, () => start(awaiting, request))
}

async function start(awaiting: Awaiting, request: StartRequest): Promise<Started> {
  const { thread, key } = awaiting
  const known = thread.agents.findLast((one) => one.key === key)
  if (known !== undefined) return begun(awaiting, known)
  const { role, task, budget: wanted, others, control: whole } = request
  const judged = judgeRequest(thread, awaiting.parts, { role, task, wanted, others, whole })
  if ('refused' in judged) return judged
  const heard = await tellOfStart(awaiting, role)
  if ('refused' in heard) return heard
  const tree = request.isolation === 'worktree' ? await makeTree(awaiting) : undefined
  if (typeof tree === 'string') return { refused: tree }
  const { agent } = await spawnAgent(awaiting.parts, {
    thread,
    key,
    role,
    task: taskFingerprint(task),
    budget: judged.lent,
    background: request.background,
    control: whole,
    message: [request.message ?? task, ...heard.context].join('\n\n'),
    ...(tree === undefined ? {} : { tree }),
  })
  const started = knownAgent(thread, agent)
  return started === undefined ? { refused: 'it could not be recorded' } : begun(awaiting, started)
}

/** A tree for the agent, where there are files; or why there is none: side by side in one folder, agents would overwrite each other's work. */
async function makeTree({ trees, thread }: Awaiting): Promise<KnownAgent['tree'] | string> {
  try {
    return await trees.make(thread.thread)
  } catch (error) {
    return `no working tree could be made for it (${error instanceof Error ? error.message : String(error)})`
  }
}

/** One that nobody waits for is set to work at once. */
async function begun(awaiting: Awaiting, agent: KnownAgent): Promise<Started> {
  if (agent.background === true && agent.settled === undefined) await attend(awaiting, agent)
  return { agent }
}

/** Hooks may refuse an agent, or have it told something. */
async function tellOfStart(
  { parts: { hooks }, thread, key, context }: Awaiting,
  { name }: AgentRole,
): Promise<{ readonly refused: string } | { readonly context: readonly string[] }> {
  if (hooks?.listens('agent-started') !== true) return { context: [] }
  const event = { type: 'agent-started', agent: agentId(thread.thread, key), role: name } as const
  const { decision, context: told = [] } = await hooks.run(event, situationOf({ thread, context }))
  if (decision?.type === 'deny') return { refused: decision.reason }
  if (decision?.type === 'ask') return { refused: decision.question }
  return { context: told }
}

/** What hooks are told of the moment. */
export function situationOf({
  thread,
  context,
}: Pick<Awaiting, 'thread'> & { readonly context: Pick<ToolContext, 'signal'> }): HookSituation {
  return { thread: thread.thread, mode: thread.settings.mode, signal: context.signal }
}
