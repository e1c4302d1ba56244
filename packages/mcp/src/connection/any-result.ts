import type { JsonObject } from '@keepup/core'
import type { StandardSchemaV1 } from '@modelcontextprotocol/client'

import { isObject } from './keep-raw.ts'

/** Takes any result that is an object; what is in it is read by whoever asked. */
export const anyResult: StandardSchemaV1<unknown, JsonObject> = {
  '~standard': {
    version: 1,
    vendor: 'keepup',
    validate: (value) =>
      // Results come from JSON.
      isObject(value as JsonObject) ? { value: value as JsonObject } : { issues: [{ message: 'no object' }] },
  },
}
