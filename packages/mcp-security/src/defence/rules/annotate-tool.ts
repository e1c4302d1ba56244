import type { OutputLabels, Tool } from '@keepup/core'

import type { OutputAnnotation, ToolAnnotation } from './tool-annotation.ts'

/**
 * What a tool says of itself, as an annotation: its sinks and what it produces. A tool that is `safe` to repeat reads; where it has a sink for a URL, a host or a path that leaves
 * cannot be told, so that it reads and tells. Everything else may reach others and cannot be undone.
 */
export function annotateTool(
  tool: Pick<Tool, 'sinks' | 'produces' | 'repeat' | 'description'>,
): ToolAnnotation {
  const { sinks = {}, produces, repeat, description } = tool
  const tells = Object.values(sinks).some((kind) => kind === 'url' || kind === 'recipient')
  return {
    effect: repeat !== 'safe' ? 'write' : tells ? 'egress-read' : 'read',
    arguments: sinks,
    outward: true,
    description,
    ...(produces === undefined ? {} : { outputs: outputsOf(produces) }),
  }
}

function outputsOf({ default: whole, leaves = {}, confidential = false }: OutputLabels): OutputAnnotation {
  const fields = Object.entries(leaves).map(
    ([pointer, of]) => [pointer.replace(/^\/structured(?=\/|$)/, ''), of] as const,
  )
  return {
    default: whole,
    fields: Object.fromEntries(fields),
    ...(confidential ? { confidential: ['/**'] } : {}),
  }
}
