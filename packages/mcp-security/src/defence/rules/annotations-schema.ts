import { integrities } from '@keepup/core'

import type { PlainSchema } from './schema-fault.ts'
import { argumentKinds } from './tool-annotation.ts'

const texts: PlainSchema = { type: 'array', items: { type: 'string', minLength: 1 } }
const flag: PlainSchema = { type: 'boolean' }

const annotation: PlainSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['effect'],
  properties: {
    effect: { enum: ['read', 'write', 'egress-read', 'workspace'] },
    arguments: { type: 'object', additionalProperties: { enum: argumentKinds } },
    outward: {
      anyOf: [
        flag,
        {
          type: 'object',
          additionalProperties: false,
          required: ['whenGiven'],
          properties: { whenGiven: { type: 'string' } },
        },
      ],
    },
    destructive: flag,
    reversible: flag,
    cost: flag,
    freeForOwn: flag,
    runs: flag,
    echoes: flag,
    byEffects: flag,
    description: { type: 'string' },
    intent: {
      type: 'object',
      additionalProperties: false,
      required: ['verbs'],
      properties: { verbs: texts, objects: texts },
    },
    outputs: {
      type: 'object',
      additionalProperties: false,
      required: ['default'],
      properties: {
        default: { enum: integrities },
        fields: { type: 'object', additionalProperties: { enum: integrities } },
        trustedIf: {
          type: 'object',
          additionalProperties: false,
          required: ['field', 'equals'],
          properties: { field: { type: 'string' }, equals: {} },
        },
        confidential: texts,
        author: { type: 'string' },
      },
    },
  },
}

/** The schema of annotations by the name of the tool. */
export const annotationsSchema: PlainSchema = { type: 'object', additionalProperties: annotation }
