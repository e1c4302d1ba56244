import type { JsonObject, JsonValue } from '@keepup/core'
import { RE2JS } from 're2js'
import { z } from 'zod'

import type { Gate } from './gate.ts'

/** A name of a procedure, a phase, a gate, a command. */
export const nameShape: z.ZodType<string, string> = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,39}$/, 'a letter, then at most 39 letters, digits, _ or -')

/** Words of any length that a person reads. */
export const textShape: z.ZodType<string, string> = z.string().min(1).max(100_000)

/** A pattern of names or paths. */
export const patternShape: z.ZodType<string, string> = z.string().min(1).max(500)

/** A JSON Schema (2020-12). */
export const schemaShape: z.ZodType<JsonObject, JsonObject> = z.record(
  z.string(),
  // What is checked came from JSON, so that every value in it is one.
  z.unknown() as unknown as z.ZodType<JsonValue, JsonValue>,
)

const patterns = z.array(patternShape).min(1).max(100)
const milliseconds = z.number().int().min(1).max(31_536_000_000)
const expression = patternShape.refine(isExpression, 'an expression in the syntax of RE2')

/** The program and its arguments. */
export const argumentsShape: z.ZodType<readonly string[], readonly string[]> = z
  .array(
    z
      .string()
      .max(20_000)
      .refine((word) => !word.includes('\0'), 'words without a NUL'),
  )
  .min(1)
  .max(500)

const commandShape = z.strictObject({
  kind: z.literal('command'),
  id: nameShape,
  run: z.union([nameShape, argumentsShape]),
  cwd: patternShape.optional(),
  expect: z
    .strictObject({
      exit: z.union([z.number().int().min(0).max(255), z.enum(['zero', 'nonzero'])]).optional(),
      stdoutMatches: expression.optional(),
    })
    .optional(),
  timeoutMs: z.number().int().min(1).max(3_600_000).optional(),
  parser: z.enum(['eslint-json', 'junit', 'sarif', 'tap', 'tsc']).optional(),
  baseline: z.literal('no-new-findings').optional(),
  repeat: z.enum(['safe', 'once']).optional(),
})

const schemaGateShape = z.strictObject({
  kind: z.literal('schema'),
  id: nameShape,
  artifact: nameShape,
  schema: schemaShape,
})

const filesShape = z.strictObject({
  kind: z.literal('files'),
  id: nameShape,
  mustExist: patterns.optional(),
  mustNotChange: patterns.optional(),
  onlyChange: patterns.optional(),
  mustChange: patterns.optional(),
})

const evidenceShape = z.strictObject({
  kind: z.literal('evidence'),
  id: nameShape,
  toolCalled: patternShape.optional(),
  min: z.number().int().min(1).max(10_000).optional(),
  sinceEdit: z.boolean().optional(),
  gate: patternShape.optional(),
})

const judgeShape = z.strictObject({
  kind: z.literal('judge'),
  id: nameShape,
  role: patternShape.optional(),
  rubric: textShape,
  threshold: z.number().min(0).max(1),
})

const humanShape = z.strictObject({
  kind: z.literal('human'),
  id: nameShape,
  prompt: textShape,
  approvers: z.array(patternShape).min(1).max(100).optional(),
  timeoutMs: milliseconds.optional(),
  onTimeout: z.enum(['fail', 'escalate']).optional(),
})

/** The shape of a gate. */
export const gateShape: z.ZodType<Gate, Gate> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    commandShape,
    schemaGateShape,
    filesShape,
    evidenceShape,
    judgeShape,
    humanShape,
    z.strictObject({ kind: z.literal('all'), of: gatesShape }),
    z.strictObject({ kind: z.literal('any'), of: gatesShape }),
    z.strictObject({ kind: z.literal('not'), of: gatesShape.max(1) }),
  ]),
)
const gatesShape = z.array(gateShape).min(1).max(50)

function isExpression(text: string): boolean {
  try {
    RE2JS.compile(text)
    return true
  } catch {
    return false
  }
}
