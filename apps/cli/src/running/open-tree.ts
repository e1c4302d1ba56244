import { KeepupError, type ThreadId } from '@keepup/core'
import type { Runtime } from '@keepup/runtime'

import type { CommandLine } from '../command-line.ts'
import { readAgent } from '../read-agent.ts'
import { type AgentParts, startAgent } from './agent-parts.ts'
import type { Confinement } from './open-confinement.ts'
import type { RunRole } from './run-role.ts'
import { groupsOf } from './tool-group.ts'

/** What a run is made of, and what those that it starts are made of. */
export interface TreeParts extends AgentParts {
  readonly thread: ThreadId
  readonly role: RunRole
  readonly note: (text: string) => void
  readonly confinement: Confinement | undefined
}

/** An agent, and whatever has to be ended with it. */
export interface OpenedTree extends AsyncDisposable {
  readonly agent: Runtime
}

/** Composes the agent of a run. Where it may start others, or did before, they are composed as well; nothing is loaded for it otherwise. */
export async function openTree(line: CommandLine, parts: TreeParts): Promise<OpenedTree> {
  if (!(await startsAgents(parts))) {
    return { agent: startAgent(parts), [Symbol.asyncDispose]: () => Promise.resolve() }
  }
  const { openAgentTree } = await import('../agents/open-agent-tree.ts')
  return openAgentTree(line, parts)
}

/** A run that was given such tools once must find the agents that it started, whatever it is gone on with. */
async function startsAgents({ settings, store, thread }: TreeParts): Promise<boolean> {
  if (groupsOf(settings.tools).includes('agents')) return true
  try {
    const { instructions, agents } = await readAgent(store.checkpointer, thread)
    return (
      agents !== undefined || (instructions?.tools ?? []).some(({ name }) => name === 'delegate_to_agent')
    )
  } catch (error) {
    if (KeepupError.is(error, 'thread-unknown')) return false
    throw error
  }
}
