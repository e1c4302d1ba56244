import { hash } from 'node:crypto'

import { canonicalJson, type Hash, type Tool, type ToolDefinition } from '@keepup/core'

/** H(everything that a tool declares). What its functions do cannot be seen. */
export function toolPin(tool: Tool, definition: ToolDefinition): Hash {
  const { repeat, sinks, produces, timeout } = tool
  return hash('sha256', canonicalJson({ ...definition, repeat, sinks, produces, timeout }))
}
