import { origins } from './origin.ts'
import type { PlainSchema } from './schema-fault.ts'
import { argumentKinds } from './tool-annotation.ts'

const accepted: PlainSchema = { type: 'array', items: { enum: origins } }
const hosts: PlainSchema = { type: 'array', items: { type: 'string', minLength: 1 } }

/** The schema of a policy (JSON Schema 2020-12), for editors and for `readDefencePolicy`. */
export const defencePolicySchema: PlainSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Policy of the defence',
  type: 'object',
  additionalProperties: false,
  required: [
    'version',
    'name',
    'onFinding',
    'cleanContext',
    'authority',
    'content',
    'effects',
    'confidential',
  ],
  properties: {
    $schema: { type: 'string' },
    version: { const: 1 },
    name: { type: 'string', minLength: 1 },
    onFinding: { enum: ['allow', 'warn', 'ask', 'deny'] },
    cleanContext: { enum: ['allow', 'judge'] },
    authority: {
      type: 'object',
      additionalProperties: false,
      required: ['default'],
      properties: {
        default: accepted,
        kinds: {
          type: 'object',
          additionalProperties: false,
          properties: Object.fromEntries(argumentKinds.map((kind) => [kind, accepted])),
        },
        irreversible: accepted,
      },
    },
    content: {
      type: 'object',
      additionalProperties: false,
      required: ['tokens', 'quotations', 'titles'],
      properties: {
        tokens: { anyOf: [{ const: 'any' }, accepted] },
        quotations: { enum: ['none', 'outward', 'all'] },
        titles: { type: 'boolean' },
      },
    },
    effects: { enum: ['granted', 'any'] },
    confidential: { enum: ['any', 'strayed', 'exposed'] },
    amounts: {
      type: 'object',
      additionalProperties: false,
      required: ['cap', 'origins'],
      properties: { cap: { type: 'number', minimum: 0 }, origins: accepted },
    },
    egress: { type: 'object', additionalProperties: false, properties: { allow: hosts, deny: hosts } },
    programs: { enum: ['any', 'confined'] },
    tools: { type: 'object', additionalProperties: { enum: ['allow', 'ask', 'deny'] } },
  },
}
