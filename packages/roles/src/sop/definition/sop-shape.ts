import type { JsonObject } from '@keepup/core'
import { z } from 'zod'

import { argumentsShape, gateShape, nameShape, patternShape, schemaShape, textShape } from './gate-shape.ts'
import type { Sop } from './sop.ts'

const gates = z.array(gateShape).max(50)
const count = z.number().int().min(1)

const budget = z.strictObject({
  tokens: count.optional(),
  usd: z.number().positive().optional(),
  wallMs: count.optional(),
  toolCalls: count.optional(),
  turns: count.optional(),
})

const work = {
  prompt: textShape.optional(),
  role: patternShape.optional(),
  model: patternShape.optional(),
  skills: z.array(patternShape).max(50).optional(),
  tools: z
    .strictObject({
      allow: z.array(patternShape).max(200).optional(),
      deny: z.array(patternShape).max(200).optional(),
      edit: z.array(patternShape).max(100).optional(),
    })
    .optional(),
  exit: gates.optional(),
  produces: z.record(nameShape, schemaShape).optional(),
  retries: z
    .strictObject({
      max: z.number().int().min(0).max(100).optional(),
      sameErrorMax: count.max(100).optional(),
      backoffMs: z.number().int().min(0).max(86_400_000).optional(),
    })
    .optional(),
  budget: budget.optional(),
}

const phase = z.strictObject({
  ...work,
  entry: gates.optional(),
  on: z
    .strictObject({
      pass: nameShape,
      fail: z
        .strictObject({
          goto: nameShape.optional(),
          rollback: z
            .union([z.enum(['none', 'edit', 'phase']), z.strictObject({ to: nameShape })])
            .optional(),
          feedback: z.enum(['findings', 'full']).optional(),
        })
        .optional(),
      exhausted: nameShape.optional(),
      needsInput: nameShape.optional(),
      conflict: nameShape.optional(),
    })
    .optional(),
  onEdit: z.strictObject({ gates: z.array(gateShape).min(1).max(20) }).optional(),
  parallel: z.record(nameShape, z.strictObject(work)).optional(),
  isolation: z.enum(['none', 'worktree']).optional(),
  join: z.union([z.enum(['all', 'any']), z.strictObject({ quorum: count.max(20) })]).optional(),
  session: z.enum(['shared', 'fresh']).optional(),
  final: z.union([z.boolean(), z.enum(['completed', 'failed'])]).optional(),
})

/** The shape of a procedure. What it cannot say (targets, reachable phases) is in `checkSop`. */
export const sopShape: z.ZodType<Sop, Sop> = z.strictObject({
  $schema: z.string().optional(),
  id: nameShape,
  version: count,
  description: textShape.optional(),
  initial: nameShape,
  commands: z.record(nameShape, argumentsShape).optional(),
  phases: z.record(nameShape, phase),
  invariants: gates.optional(),
  budget: budget.optional(),
  onBudget: z.enum(['fail', 'ask', 'degrade']).optional(),
  maxTransitions: count.max(10_000).optional(),
})

/** The JSON Schema (2020-12) of procedures, for editors and for models that write them. */
export function sopJsonSchema(): JsonObject {
  return JSON.parse(JSON.stringify(z.toJSONSchema(sopShape, { io: 'input' }))) as JsonObject // it was an object before
}
