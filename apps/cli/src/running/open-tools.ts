import type { Model, Tool } from '@keepup/core'
import type { ServerDefinition } from '@keepup/mcp'
import { askUserTool, thinkTool, todoTool, toolkit, type ToolkitOptions } from '@keepup/toolkit'

import type { Environment } from '../host.ts'
import type { ServerAnswers } from '../mcp/answer-servers.ts'
import { hasServers } from '../mcp/has-servers.ts'
import type { Settings } from '../settings/setting.ts'
import { type Confinement, sandboxOptions } from './open-confinement.ts'
import { groupsOf, type ToolGroup } from './tool-group.ts'

/** What a run's tools depend on. */
export interface ToolParts {
  readonly model: Pick<Model, 'id' | 'contextWindow'>
  readonly settings: Settings
  readonly folder: string
  readonly environment: Environment
  /** Whether somebody will answer the agent's questions: it is given `ask_user` then. */
  readonly answerable: boolean
  /** Tells a person something before the run. */
  readonly note: (text: string) => void
  /** Who answers what MCP servers ask; they are offered nothing of it when left out. */
  readonly answers?: ServerAnswers
  /** Whether those of MCP servers are among them; they are when left out. */
  readonly servers?: boolean
  /** Servers beside the configured ones, whose names they take: the person's own, from wherever the run was asked for. */
  readonly given?: readonly ServerDefinition[]
  /** Nothing confines commands when left out. */
  readonly confinement?: Confinement | undefined
}

/** The tools of a run. Disposing of them ends what they started. */
export interface OpenedTools extends AsyncDisposable {
  readonly tools: readonly Tool[]
}

/** Opens the tools that are always there and the groups that were asked for; what none of them needs is not even loaded. */
export async function openTools(parts: ToolParts): Promise<OpenedTools> {
  const opened: AsyncDisposable[] = []
  const opening: Opening = { use: (part) => (opened.push(part), part) }
  const end = async (): Promise<void> => {
    for (const part of opened.splice(0).toReversed()) await part[Symbol.asyncDispose]()
  }
  const groups = new Set(groupsOf(parts.settings.tools))
  const { folder, model, answerable } = parts
  const background = groups.has('background') ? {} : (false as const)
  const kit = opening.use(toolkit({ root: folder, background, ...confined(parts) }))
  const tools = [...handed(model, kit), ...(answerable ? [askUserTool()] : []), todoTool()]
  try {
    for (const group of groups) tools.push(...(await openGroup(group, parts, opening)))
    tools.push(...(await serverTools(parts, opening)))
    const whole = groups.has('diagnostics') ? await diagnosed(tools, folder, opening) : tools
    return { tools: whole, [Symbol.asyncDispose]: end }
  } catch (error) {
    await end()
    throw error
  }
}

/** Takes note of what has to be ended. */
interface Opening {
  use<Part extends AsyncDisposable>(part: Part): Part
}

/**
 * What a request need not carry: one way to edit (models of OpenAI were taught patches, all others replacements), and no `ls`, which `shell` and `glob` do
 * as well. A request's overhead has its bound, so a tool that is to be handed out is named here.
 */
function handed({ id }: Pick<Model, 'id'>, tools: readonly Tool[]): readonly Tool[] {
  const edits = id.startsWith('openai/') ? 'apply_patch' : 'edit'
  const named = new Set([edits, 'glob', 'grep', 'read', 'shell', 'write'])
  return tools.filter(({ name }) => named.has(name) || name.startsWith('shell_'))
}

/** The tools of MCP servers; nothing is loaded where none are configured. */
async function serverTools(
  { folder, environment, note, answers, servers = true, given = [] }: ToolParts,
  opening: Opening,
): Promise<readonly Tool[]> {
  if (!servers || (given.length === 0 && !hasServers(folder, environment))) return []
  const { openRunServers } = await import('../mcp/run-servers.ts')
  return opening.use(await openRunServers(folder, environment, { note, answers, given })).tools
}

function confined({ confinement }: ToolParts): Pick<ToolkitOptions, 'sandbox' | 'profile'> {
  return confinement === undefined ? {} : { sandbox: confinement.sandbox, profile: confinement.profile }
}

async function openGroup(group: ToolGroup, parts: ToolParts, opening: Opening): Promise<readonly Tool[]> {
  const { folder, environment, settings } = parts
  if (group === 'think') return [thinkTool()]
  if (group === 'map') return [(await import('../context/map-tool.ts')).mapTool(folder)]
  if (group === 'memory') {
    const { openMemoryTools } = await import('../memory/open-memory-tools.ts')
    return opening.use(await openMemoryTools(settings, environment, folder)).tools
  }
  if (group === 'web') {
    const { findWebSearch, webTools } = await import('@keepup/toolkit/web')
    return webTools({ search: findWebSearch(environment) })
  }
  if (group === 'code') {
    const { codeTool } = await import('@keepup/toolkit/code')
    return [opening.use(codeTool(folder, confined(parts)))]
  }
  if (group !== 'browser') return []
  const { browserComputer, computerTools } = await import('@keepup/toolkit/computer')
  // Pages reach what the rules let commands reach.
  const { hosts } = sandboxOptions({ folder, environment, store: settings.store }).profile
  return computerTools(opening.use(browserComputer({ hosts })))
}

/** Edits that tell what they broke, and tools that ask the project's language servers. */
async function diagnosed(tools: readonly Tool[], root: string, opening: Opening): Promise<readonly Tool[]> {
  const { codeTools, createCodeIntelligence, withDiagnostics } =
    await import('@keepup/toolkit/code-intelligence')
  const intelligence = opening.use(await createCodeIntelligence({ root }))
  return [...withDiagnostics(tools, intelligence), ...codeTools(intelligence)]
}
