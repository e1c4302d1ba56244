import { KeepupError } from '@keepup/core'

import { annotationsSchema } from './annotations-schema.ts'
import type { DefencePolicy } from './defence-policy.ts'
import type { Owner } from './owner.ts'
import { isPresetName, type PresetName, presetNames, presets } from './presets.ts'
import { readDefencePolicy } from './read-defence-policy.ts'
import { type PlainSchema, schemaFault } from './schema-fault.ts'
import type { ToolAnnotations } from './tool-annotation.ts'

/** What a person says of their defence: a policy, what their own tools do, and who they are. */
export interface DefenceFile {
  readonly policy: DefencePolicy
  readonly annotations: ToolAnnotations
  readonly owner: Owner
}

const ownerSchema: PlainSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    addresses: { type: 'array', items: { type: 'string', minLength: 1 } },
    name: { type: 'string', minLength: 1 },
  },
}

/**
 * Reads a file of the defence from parsed JSON: a whole policy, or `extends` with the name of a preset and what differs from it, member by member; beside it
 * `annotations` of tools and the `owner`. `source` names the file in messages.
 *
 * @throws KeepupError `configuration-invalid`, with the place, what stands there and the fix.
 */
export function readDefenceFile(value: unknown, source: string): DefenceFile {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(source, '', 'it is no object', 'write { "extends": "balanced" }, and what differs')
  // An object that JSON.parse made has string keys.
  const { extends: base, annotations = {}, owner = {}, ...rest } = value as Record<string, unknown>
  check(annotations, annotationsSchema, source, '/annotations')
  check(owner, ownerSchema, source, '/owner')
  const named = base === undefined ? undefined : presetOf(base, source)
  const whole = named === undefined ? rest : { ...presets[named], name: `${named}, changed`, ...rest }
  // The schemas say what the types say.
  return {
    policy: readDefencePolicy(whole, source),
    annotations: annotations as ToolAnnotations,
    owner: owner as Owner,
  }
}

function presetOf(name: unknown, source: string): PresetName {
  if (typeof name === 'string' && isPresetName(name)) return name
  throw invalid(source, '/extends', 'no preset has this name', `write one of ${presetNames.join(', ')}`)
}

function check(value: unknown, schema: PlainSchema, source: string, place: string): void {
  const fault = schemaFault(value, schema, place)
  if (fault !== undefined) throw invalid(source, fault.pointer, fault.problem, fault.fix)
}

function invalid(source: string, pointer: string, problem: string, fix: string): KeepupError {
  return new KeepupError('configuration-invalid', `${source}#${pointer}: ${problem}`, { details: { fix } })
}
