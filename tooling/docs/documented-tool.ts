import { tmpdir } from 'node:os'

import type { JsonObject, Tool, ToolDefinition } from '@keepup/core'
import { toolkit } from '@keepup/toolkit'
import { codeTools, createCodeIntelligence } from '@keepup/toolkit/code-intelligence'
import { createToolRegistry } from '@keepup/tools'

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
  const places: readonly (readonly [string, readonly Tool[]])[] = [
    ['@keepup/toolkit', toolkit({ root: sampleRoot })],
    ['@keepup/toolkit/code-intelligence', codeTools(intelligence)],
  ]
  return places
    .flatMap(([subpath, tools]) => tools.map((tool) => documented(subpath, tool)))
    .toSorted((a, b) => (a.tool.name < b.tool.name ? -1 : 1))
}

function documented(subpath: string, tool: Tool): DocumentedTool {
  const { name } = tool
  const made = makers[name] ?? { path: `${source}/${dashed(name)}-tool.ts`, name: `${camel(name)}Tool` }
  const [definition] = createToolRegistry([tool]).definitions()
  if (definition === undefined) throw new Error(`${name} has no definition`)
  return { tool, definition, subpath, made, through: through[name] ?? [], samples: toolSamples[name] ?? [] }
}

function dashed(name: string): string {
  return name.replaceAll('_', '-')
}

function camel(name: string): string {
  return name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())
}

const intelligent = `${source}/code-intelligence`

/** Tools whose code does not lie at `NAME-tool.ts`. */
const makers: Readonly<Record<string, DeclarationName>> = {
  definition: { path: `${intelligent}/location-tool.ts`, name: 'locationTool' },
  diagnostics: { path: `${intelligent}/diagnostics-tool.ts`, name: 'diagnosticsTool' },
  references: { path: `${intelligent}/location-tool.ts`, name: 'locationTool' },
  rename: { path: `${intelligent}/rename-tool.ts`, name: 'renameTool' },
  symbols: { path: `${intelligent}/symbols-tool.ts`, name: 'symbolsTool' },
}

const through: Readonly<Record<string, readonly DeclarationName[]>> = {
  definition: [{ path: `${intelligent}/navigate.ts`, name: 'definitionOf' }],
  references: [{ path: `${intelligent}/navigate.ts`, name: 'referencesOf' }],
  rename: [
    { path: `${intelligent}/navigate.ts`, name: 'planRename' },
    { path: `${intelligent}/code-intelligence.ts`, name: 'intelligenceOver' },
  ],
}
