import {
  type Hash,
  KeepupError,
  type LabelTable,
  type Tool,
  type ToolDefinition,
  type ToolPolicy,
} from '@keepup/core'

import { checkTool } from './check-tool.ts'
import { inputJsonSchema } from './input-json-schema.ts'
import { declaredLabels } from './label-output.ts'
import { toolPin } from './tool-pin.ts'

/** A tool with what follows from its definition. */
export interface RegisteredTool {
  readonly tool: Tool
  readonly definition: ToolDefinition
  /** H(everything that the tool declares): changes when the tool does. */
  readonly pin: Hash
  /** Of what it gives back, where the output itself says nothing of it. */
  readonly labels: LabelTable
}

/** Which tools exist. Never changes: another set of tools is another registry. */
export interface ToolRegistry {
  /** Sorted by name. */
  readonly tools: readonly Tool[]
  /** By the exact name, else by the only name that differs in case alone. */
  get(name: string): Tool | undefined
  /** The same, with what follows from the tool's definition. */
  registered(name: string): RegisteredTool | undefined
  /** What a model is told of the tools that `policy` lets through, sorted by name; the same array each time for the same policy. */
  definitions(policy?: ToolPolicy): readonly ToolDefinition[]
}

/**
 * A registry of exactly these tools. Fails `tool-invalid`, naming the tool and the fix, where a name is not valid or taken (also where two
 * differ in case alone), a declaration is missing, or no JSON Schema can be had.
 */
export function createToolRegistry(tools: readonly Tool[]): ToolRegistry {
  const byName = new Map<string, RegisteredTool>()
  const byLowerCase = new Map<string, RegisteredTool>()
  for (const tool of [...tools].toSorted(byNameOrder)) {
    const registered = register(tool)
    const taken = byLowerCase.get(tool.name.toLowerCase())
    if (taken !== undefined) throw duplicate(tool, taken.tool)
    byName.set(tool.name, registered)
    byLowerCase.set(tool.name.toLowerCase(), registered)
  }
  const all = [...byName.values()]
  const listed = all.filter(({ tool }) => tool.unlisted !== true)
  const definitions = listed.map(({ definition }) => definition)
  const find = (name: string): RegisteredTool | undefined =>
    byName.get(name) ?? byLowerCase.get(name.toLowerCase())
  const narrowed = new WeakMap<ToolPolicy, readonly ToolDefinition[]>()
  return {
    tools: all.map(({ tool }) => tool),
    get: (name) => find(name)?.tool,
    registered: find,
    definitions(policy) {
      if (policy === undefined) return definitions
      const known = narrowed.get(policy) ?? definitions.filter(({ name }) => policy(name))
      narrowed.set(policy, known)
      return known
    },
  }
}

/** What follows from a tool's definition. Fails `tool-invalid`. */
export function register(tool: Tool): RegisteredTool {
  checkTool(tool)
  const definition = { name: tool.name, description: tool.description, input: inputJsonSchema(tool) }
  return { tool, definition, pin: toolPin(tool, definition), labels: declaredLabels(tool) }
}

function byNameOrder(a: Tool, b: Tool): number {
  return a.name < b.name ? -1 : 1
}

function duplicate(tool: Tool, taken: Tool): KeepupError {
  return new KeepupError(
    'tool-invalid',
    `Two tools are called "${taken.name}"${tool.name === taken.name ? '' : ` and "${tool.name}", which differ in case alone`}. Rename one of them.`,
  )
}
