import type { JsonObject } from '@keepup/core'
import { z } from 'zod'

import { agentConfigurationShape } from './agent-shape.ts'
import { templateShape } from './template-shape.ts'

/** The JSON Schema (2020-12) of templates, as it is published in `template.schema.json`: for editors, and for models that write templates. */
export function templateJsonSchema(): JsonObject {
  return plain(z.toJSONSchema(templateShape, { io: 'input' }))
}

/** The JSON Schema (2020-12) of the configurations of agents, as it is published in `agent.schema.json`. */
export function agentJsonSchema(): JsonObject {
  return plain(z.toJSONSchema(agentConfigurationShape, { io: 'input' }))
}

/** As it is written to a file: without what is only there for programs. */
function plain(schema: object): JsonObject {
  return JSON.parse(JSON.stringify(schema)) as JsonObject // it was an object before
}
