import type { JsonObject } from '@keepup/core'
import { z } from 'zod'

import { roleFileShape } from './role-file-shape.ts'

/** The JSON Schema (2020-12) of roles in files of their own, as it is published in `schema/role.schema.json`. */
export function roleJsonSchema(): JsonObject {
  return JSON.parse(JSON.stringify(z.toJSONSchema(roleFileShape, { io: 'input' }))) as JsonObject // it was an object before
}
