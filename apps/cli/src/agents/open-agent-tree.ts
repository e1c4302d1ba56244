import { type AgentManager, type AgentPlace, createAgentManager } from '@keepup/agents'
import type { AgentRole, Policy, RunAgent } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import { chooseModel } from '../model/choose-model.ts'
import { startAgent } from '../running/agent-parts.ts'
import { openRunParts, type RunParts } from '../running/open-run-parts.ts'
import type { OpenedTree, TreeParts } from '../running/open-tree.ts'
import { agentRoles, type HeldRole } from './agent-roles.ts'

/** What the agents of one run share. */
interface Tree {
  readonly line: CommandLine
  readonly parts: TreeParts
  readonly manager: AgentManager
  readonly roles: readonly HeldRole[]
  /** What has to be ended with the run. */
  readonly stack: AsyncDisposableStack
}

/** Composes the agent of a run, and those that it starts: with its store, its hooks and its rules, never with more than it may do itself. */
export async function openAgentTree(line: CommandLine, parts: TreeParts): Promise<OpenedTree> {
  const { store, folder, files, hooks, role } = parts
  const stack = new AsyncDisposableStack()
  const roles = agentRoles(folder, line.host.environment)
  const manager: AgentManager = createAgentManager({
    checkpointer: store.checkpointer,
    clock: line.host.clock,
    roles: roles.map((held) => held.role),
    agentOf: (wanted, place) => composed({ line, parts, manager, roles, stack }, wanted, place),
    ...(role.mayStart === undefined ? {} : { mayStart: role.mayStart }),
    ...(hooks === undefined ? {} : { hooks }),
    // The rules of a role are about paths of the folder that the run works in.
    ...(files === undefined || parts.held !== undefined ? {} : { workspace: files }),
  })
  const own = manager.tools.filter(({ name }) => role.has(name))
  const agent = startAgent({ ...parts, agents: manager, tools: [...parts.tools, ...own] })
  return { agent, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** One agent of a role, where it works. */
async function composed(tree: Tree, role: AgentRole, place: AgentPlace): Promise<RunAgent> {
  const { line, parts, manager, roles } = tree
  const folder = place.workspace?.root ?? parts.folder
  const there = await partsIn(tree, folder)
  const tools = there.tools.filter(({ name }) => isGiven(parts, role, name))
  const own = roles.find((held) => held.role === role)?.policy(folder)
  const model = role.model === undefined ? parts.model : await chooseModel(role.model, line.host, parts.note)
  return startAgent({
    ...parts,
    ...there,
    model,
    folder,
    tools: [...tools, ...manager.tools.filter(({ name }) => isGiven(parts, role, name))],
    agents: manager,
    held: { name: role.name, system: role.system, policy: strictest(parts.held?.policy, own) },
    ...(place.workspace === undefined ? {} : { files: place.workspace }),
  }).run
}

/** Nobody asks a person through others, and nobody has a tool that the run itself has not. */
function isGiven({ role: held }: TreeParts, role: AgentRole, tool: string): boolean {
  return tool !== 'ask_user' && held.has(tool) && role.tools?.(tool) !== false
}

/** What bounds the agents of a folder: what bounds the run, or, in a tree of its own, the same opened for that, with tools that work there. */
async function partsIn(
  { line, parts, stack }: Tree,
  folder: string,
): Promise<Pick<RunParts, 'guards' | 'guidance' | 'permissions' | 'tools'>> {
  const { settings, model, note, permissions, tools, guards = [], hooks, guidance } = parts
  if (folder === parts.folder) return { permissions, tools, guards, guidance }
  const { environment, clock } = line.host
  const place = { model, settings, folder, environment, clock, note, hooks }
  const opened = stack.use(await openRunParts({ ...place, answerable: false, servers: false }))
  const names = new Set(opened.tools.map(({ name }) => name))
  // Those of servers know no folder.
  const ofServers = tools.filter(({ name }) => name.startsWith('mcp__') && !names.has(name))
  return {
    permissions: opened.permissions,
    guards: opened.guards,
    guidance: opened.guidance,
    tools: [...opened.tools, ...ofServers],
  }
}

/** Of two policies the one that lets less through. */
function strictest(a: Policy | undefined, b: Policy | undefined): Policy {
  const policies = [a, b].filter((policy) => policy !== undefined)
  return (call) => {
    const decisions = policies.map((policy) => policy(call))
    const refusal =
      decisions.find(({ type }) => type === 'deny') ?? decisions.find(({ type }) => type === 'ask')
    return refusal ?? decisions[0] ?? { type: 'allow' }
  }
}
