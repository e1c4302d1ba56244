import type { ToolOutcome, ToolPolicy } from '@keepup/core'

import type { RegisteredTool, ToolRegistry } from './create-tool-registry.ts'
import { nearestNames } from './nearest-names.ts'

/** How many names a model is told of. */
const mostNames = 30

/** The tool that a model meant, where it exists and may be used now; else what the model is told. */
export function findTool(
  registry: ToolRegistry,
  name: string,
  policy: ToolPolicy | undefined,
): { readonly registered: RegisteredTool } | { readonly refusal: ToolOutcome } {
  const registered = registry.registered(name)
  if (registered !== undefined && mayUse(registered.tool.name, policy)) return { registered }
  const usable = registry.tools.map((tool) => tool.name).filter((known) => mayUse(known, policy))
  if (registered === undefined) return { refusal: unknown(name, usable) }
  const reason = `The tool "${registered.tool.name}" may not be used now. ${listNames(usable)}`
  return { refusal: { type: 'denied', reason } }
}

function mayUse(name: string, policy: ToolPolicy | undefined): boolean {
  try {
    return policy === undefined || policy(name)
  } catch {
    return false
  }
}

function unknown(name: string, usable: readonly string[]): ToolOutcome {
  const nearest = nearestNames(name, usable)
  const hint = nearest.length > 0 ? `Nearest: ${nearest.join(', ')}.` : listNames(usable)
  const message = `There is no tool "${name.slice(0, 100)}". Nothing was done. ${hint}`
  return { type: 'failed', code: 'tool-unknown', message }
}

function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'No tool may be used now: answer without one.'
  const more = names.length > mostNames ? `, and ${names.length - mostNames} more` : ''
  return `These may be used: ${names.slice(0, mostNames).join(', ')}${more}.`
}
