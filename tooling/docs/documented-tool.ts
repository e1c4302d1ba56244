import { globSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename } from 'node:path'

import { builtInRoles, createAgentManager } from '@keepup/agents'
import { memoryCheckpointer } from '@keepup/checkpoint'
import type { JsonObject, Tool, ToolDefinition } from '@keepup/core'
import { repositoryRoot } from '@keepup/repository/repository-root'
import { askUserTool, thinkTool, todoTool, toolkit } from '@keepup/toolkit'
import { codeTool } from '@keepup/toolkit/code'
import { codeTools, createCodeIntelligence } from '@keepup/toolkit/code-intelligence'
import { computerTools } from '@keepup/toolkit/computer'
import { webTools } from '@keepup/toolkit/web'
import { createToolRegistry } from '@keepup/tools'

import { paperAgent, paperComputer, paperSearch } from './paper-parts.ts'
import type { DeclarationName } from './reached-declarations.ts'
import { toolSamples } from './tool-samples.ts'

/** A tool and where its code is. */
export interface DocumentedTool {
  readonly tool: Tool
  readonly definition: ToolDefinition
  /** How a program imports it. */
  readonly subpath: string
  /** The function that makes it. */
  readonly made: DeclarationName
  /** Code that it reaches through its parameters. */
  readonly through: readonly DeclarationName[]
  /** Inputs that show what it touches. */
  readonly samples: readonly JsonObject[]
}

const source = 'packages/toolkit/src'

/** The folder that the tools work in. It need hold nothing: no tool is run. */
export const sampleRoot: string = tmpdir()

/** Every built-in tool, in alphabetical order. */
export async function documentedTools(): Promise<readonly DocumentedTool[]> {
  await using intelligence = await createCodeIntelligence({ root: sampleRoot })
  await using tools = toolkit({ root: sampleRoot })
  await using cells = codeTool(sampleRoot)
  const checkpointer = memoryCheckpointer()
  const agents = createAgentManager({ checkpointer, roles: builtInRoles, agentOf: paperAgent })
  const places: readonly (readonly [string, readonly Tool[]])[] = [
    ['@keepup/agents', agents.tools],
    ['@keepup/toolkit', [...tools, askUserTool(), thinkTool(), todoTool()]],
    ['@keepup/toolkit/code', [cells]],
    ['@keepup/toolkit/code-intelligence', codeTools(intelligence)],
    ['@keepup/toolkit/computer', computerTools(paperComputer)],
    ['@keepup/toolkit/web', webTools({ search: paperSearch })],
  ]
  return places
    .flatMap(([subpath, made]) => made.map((tool) => documented(subpath, tool)))
    .toSorted((a, b) => (a.tool.name < b.tool.name ? -1 : 1))
}

function documented(subpath: string, tool: Tool): DocumentedTool {
  const { name } = tool
  const [definition] = createToolRegistry([tool]).definitions()
  if (definition === undefined) throw new Error(`${name} has no definition`)
  const samples = toolSamples[name] ?? []
  return { tool, definition, subpath, made: makerOf(name), through: through[name] ?? [], samples }
}

/** `some_name` is made by `someNameTool` of `some-name-tool.ts`, in whichever room, where nothing else is said. */
function makerOf(tool: string): DeclarationName {
  const said = makers[tool]
  if (said !== undefined) return said
  const name = `${camelCase(tool)}Tool`
  const [path] = globSync(`${source}/**/${tool.replaceAll('_', '-')}-tool.ts`, { cwd: repositoryRoot })
  if (path === undefined) throw new Error(`say in documented-tool.ts which function makes ${tool}`)
  return { path, name }
}

const intelligent = `${source}/code-intelligence`
const computing = `${source}/computer`
const delegating = 'packages/agents/src'
const searching = `${source}/web/search`

function camelCase(name: string): string {
  return name.replaceAll(/[-_](.)/g, (_, letter: string) => letter.toUpperCase())
}

/** Tools that are made elsewhere. */
const makers: Readonly<Record<string, DeclarationName>> = {
  cancel_agents: { path: `${delegating}/tools/cancel-tool.ts`, name: 'cancelTool' },
  collect_agents: { path: `${delegating}/tools/collect-tool.ts`, name: 'collectTool' },
  computer: { path: `${computing}/computer-tools.ts`, name: 'actingTool' },
  computer_view: { path: `${computing}/computer-tools.ts`, name: 'viewingTool' },
  delegate_to_agent: { path: `${delegating}/tools/delegate-tool.ts`, name: 'delegateTool' },
  hand_off_to_agent: { path: `${delegating}/tools/hand-off-tool.ts`, name: 'handOffTool' },
  definition: { path: `${intelligent}/location-tool.ts`, name: 'locationTool' },
  references: { path: `${intelligent}/location-tool.ts`, name: 'locationTool' },
}

/** `some-computer.ts` exports `someComputer`, in whichever room below. */
const computers = globSync(`${computing}/*/*-computer.ts`, { cwd: repositoryRoot })
  .toSorted()
  .map((path) => ({ path, name: camelCase(basename(path, '.ts')) }))

/** What starts agents, waits for them and ends them. */
const starting = [
  { path: `${delegating}/start-agent.ts`, name: 'startAgent' },
  { path: `${delegating}/collect-agents.ts`, name: 'collectAgents' },
]

const through: Readonly<Record<string, readonly DeclarationName[]>> = {
  cancel_agents: [{ path: `${delegating}/cancel-agents.ts`, name: 'cancelAgents' }],
  collect_agents: [{ path: `${delegating}/collect-agents.ts`, name: 'collectAgents' }],
  delegate_to_agent: starting,
  hand_off_to_agent: starting,
  computer: computers,
  computer_view: computers,
  definition: [{ path: `${intelligent}/navigate.ts`, name: 'definitionOf' }],
  references: [{ path: `${intelligent}/navigate.ts`, name: 'referencesOf' }],
  shell: [{ path: `${source}/background/background-commands.ts`, name: 'CommandKeeper' }],
  shell_input: [{ path: `${source}/background/background-commands.ts`, name: 'CommandKeeper' }],
  shell_kill: [{ path: `${source}/background/background-commands.ts`, name: 'CommandKeeper' }],
  shell_output: [{ path: `${source}/background/background-commands.ts`, name: 'CommandKeeper' }],
  web_search: ['brave', 'exa', 'searxng', 'tavily'].map((service) => ({
    path: `${searching}/${service}-search.ts`,
    name: `${service}Search`,
  })),
  rename: [
    { path: `${intelligent}/navigate.ts`, name: 'planRename' },
    { path: `${intelligent}/code-intelligence.ts`, name: 'intelligenceOver' },
  ],
}
