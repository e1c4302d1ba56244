import type { AgentEntry, LabelTable } from '@keepup/core'
import type { Attributes } from '@opentelemetry/api'

/** What a finished call tells of the operation that it was: a call of a server of MCP, a look into a memory. The call's own span says so; there is no other for it. */
export function operationAttributes({
  data: { outcome },
  labels,
}: Pick<AgentEntry<'tool-finished'>, 'data' | 'labels'>): Attributes {
  const scope = 'output' in outcome ? scopeOf(outcome.output?.structured) : undefined
  return {
    ...mcpAttributes(labels),
    ...(scope === undefined ? {} : { 'gen_ai.memory.store.id': scope }),
  }
}

/** The label of what a server of MCP gave names it: `mcp:SERVER/TOOL`. */
function mcpAttributes(labels: LabelTable | undefined): Attributes {
  const [source, ...others] = (labels?.default.sources ?? []).filter((name) => name.startsWith('mcp:'))
  const found = /^mcp:([^/]+)\//.exec(source ?? '')
  // One that was joined with others could be any of them.
  if (found === null || others.length > 0) return {}
  return { 'mcp.method.name': 'tools/call', 'keepup.mcp.server': found[1] ?? '' }
}

function scopeOf(structured: unknown): string | undefined {
  const { memoryRead } = Object(structured) as { readonly memoryRead?: unknown }
  const { scope } = Object(memoryRead) as { readonly scope?: unknown }
  return typeof scope === 'string' ? scope : undefined
}
