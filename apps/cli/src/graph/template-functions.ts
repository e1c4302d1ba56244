import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import type { TemplateFunction, TemplateParts } from '@keepup/graph/templates'
import { autogptFunctions } from '@keepup/graph/templates'

import { usageError } from '../error-report.ts'

/** Where the functions of a graph come from. */
export interface FunctionPlaces {
  /** A JavaScript module whose exports are functions, by the name that nodes give them. */
  readonly file: string | undefined
  readonly folder: string
  /** Whether blocks of imported graphs may send requests. */
  readonly requests: boolean
}

/** The functions that the nodes of a graph may call: those for imported graphs, and the exports of a module. Runs the module. Fails `input-invalid`. */
export async function templateFunctions({
  file,
  folder,
  requests,
}: FunctionPlaces): Promise<TemplateParts['functions']> {
  const ours = autogptFunctions(requests ? { fetch: globalThis.fetch } : {})
  if (file === undefined) return ours
  const path = resolve(folder, file)
  const module: unknown = await load(path)
  const given = Object.entries(exportsOf(module)).filter(
    (entry): entry is [string, TemplateFunction['run']] => typeof entry[1] === 'function',
  )
  if (given.length === 0)
    throw usageError(
      `${path} exports no function`,
      'export functions from it, or { functions: { "a name": ... } }',
    )
  return { ...ours, ...Object.fromEntries(given) }
}

async function load(path: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(path).href)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw usageError(`${path} cannot be loaded: ${reason}`, 'name a JavaScript module with --functions')
  }
}

/** Its exports; and those of its object `functions`, for names that no export can have. */
function exportsOf(module: unknown): object {
  if (typeof module !== 'object' || module === null) return {}
  const more: unknown = 'functions' in module ? module.functions : undefined
  return typeof more === 'object' && more !== null ? { ...module, ...more } : module
}
