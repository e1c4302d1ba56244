import {
  type AgentEnd,
  KeepupError,
  type MergeReport,
  type StartedAgent,
  type ThreadId,
  type Workspace,
} from '@keepup/core'

import type { ManagerParts } from './manager-parts.ts'

/** What became of the changes of an agent that had a tree of its own. */
export interface TreeReport extends MergeReport {
  /** Where the agent's files are, as they are not all merged. */
  readonly left?: string
  /** Why nothing could be merged. */
  readonly failed?: string
}

/** The working trees of agents. */
export interface WorkingTrees {
  /** A tree that begins as the files of `parent` are now; nothing where there are no files to begin with. */
  make(parent: ThreadId): Promise<NonNullable<StartedAgent['tree']> | undefined>
  /** What an agent works on: its own tree, opened again where its process died, or what its parent works on. */
  of(agent: Pick<StartedAgent, 'agent' | 'tree'>, parent: ThreadId): Promise<Workspace | undefined>
  /** Brings what an agent changed into the files of its parent. Where anything stays behind, so does the tree. Nothing where it had none. */
  merge(
    agent: Pick<StartedAgent, 'agent' | 'tree'>,
    parent: ThreadId,
    end: AgentEnd,
  ): Promise<TreeReport | undefined>
}

function lost(folder: string | undefined): KeepupError {
  const message = `The working tree ${folder} of an agent cannot be opened again. What it changed is there: take it over by hand.`
  return new KeepupError('not-supported', message, { details: { folder } })
}

/** Makes the trees of a manager: none yet. */
export function createWorkingTrees({ workspace: files }: Pick<ManagerParts, 'workspace'>): WorkingTrees {
  /** What each agent works on, by its thread. */
  const known = new Map<ThreadId, Workspace>()
  /** Trees that no agent has yet, by their folder. */
  const made = new Map<string, Workspace>()
  const filesOf = (thread: ThreadId): Workspace | undefined => known.get(thread) ?? files

  async function open(folder: string, from: string, parent: Workspace): Promise<Workspace | undefined> {
    const fresh = made.get(folder)
    made.delete(folder)
    return fresh ?? parent.reopen?.(folder, from)
  }
  async function of(
    { agent, tree }: Pick<StartedAgent, 'agent' | 'tree'>,
    parent: ThreadId,
  ): Promise<Workspace | undefined> {
    const found = known.get(agent)
    const above = filesOf(parent)
    if (found !== undefined || above === undefined) return found
    const own = tree === undefined ? above : await open(tree.folder, tree.from, above)
    if (own === undefined) throw lost(tree?.folder)
    known.set(agent, own)
    return own
  }
  return {
    of,
    async make(parent) {
      const above = filesOf(parent)
      if (above === undefined) return undefined
      const { id } = await above.snapshot()
      const tree = await above.branch(id)
      made.set(tree.root, tree)
      return { folder: tree.root, from: id }
    },
    async merge(agent, parent, end) {
      const above = filesOf(parent)
      if (agent.tree === undefined || above === undefined) {
        known.delete(agent.agent)
        return undefined
      }
      const left = { merged: [], conflicts: [], left: agent.tree.folder }
      if (end !== 'completed' && end !== 'limit-reached') return left
      try {
        const own = await of(agent, parent)
        if (own === undefined) return left
        const report = await above.merge(own)
        if (report.conflicts.length > 0) return { ...report, left: agent.tree.folder }
        known.delete(agent.agent)
        await own[Symbol.asyncDispose]()
        return report
      } catch (error) {
        return { ...left, failed: error instanceof Error ? error.message : String(error) }
      }
    },
  }
}
