import type { JsonObject, JsonValue } from '@keepup/core'
import { z } from 'zod'

import type { DurationText, ExpressionText, UpdateText } from './template-node.ts'

/** A name that expressions can use: of a channel, a parameter. */
export const nameShape: z.ZodType<string, string> = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'a letter, then at most 63 letters, digits or _')
  .meta({ id: 'name', description: 'A letter, then at most 63 letters, digits or _.' })

/** A name of a node, a graph within, an agent. */
export const nodeNameShape: z.ZodType<string, string> = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,39}$/, 'a letter, then at most 39 letters, digits, _ or -')
  .meta({ id: 'node-name', description: 'A letter, then at most 39 letters, digits, _ or -.' })

// What is checked came from JSON, so that every value in it is one.
const json = z.unknown() as unknown as z.ZodType<JsonValue>

/** Any JSON value. */
export const jsonShape: z.ZodType<JsonValue> = json.meta({ id: 'json', description: 'Any JSON value.' })

/** A JSON value in whose texts `{{ expressions }}` stand. */
export const valueShape: z.ZodType<JsonValue> = json.meta({
  id: 'value',
  description:
    'Any JSON value. Texts may hold {{ expressions }}; a text that is one expression alone becomes the value of the expression, of any type.',
})

/** A text in which `{{ expressions }}` may stand. */
export const textShape: z.ZodType<string> = z
  .string()
  .min(1)
  .max(200_000)
  .meta({ id: 'text', description: 'A text, in which {{ expressions }} may stand.' })

/** A bare expression. */
export const expressionShape: z.ZodType<ExpressionText> = z.string().min(1).max(4_000).meta({
  id: 'expression',
  description:
    'An expression in CEL, without braces. It sees `state` and `input`, and what the place gives besides.',
})

/** A JSON Schema (2020-12). */
export const schemaShape: z.ZodType<JsonObject> = z
  .record(z.string(), jsonShape)
  .meta({ id: 'schema', description: 'A JSON Schema (2020-12).' })

/** A length of time. */
export const durationShape: z.ZodType<DurationText> = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,3})?(ms|s|m|h|d)$/, 'a number and ms, s, m, h or d, like 90s or 7d')
  .meta({ id: 'duration', description: 'A length of time: a number and ms, s, m, h or d, like 90s or 7d.' })

/** What becomes of a result: values for channels, or the one channel that takes it as it is. */
export const updateShape: z.ZodType<UpdateText> = z.union([nameShape, z.record(nameShape, valueShape)]).meta({
  id: 'update',
  description:
    'The channel that takes the result, or values for channels, made with {{ expressions }} over `result`.',
})
