import type { JsonObject, JsonValue } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { GateSite, Verdict } from './gate-site.ts'

/** Holds what was handed over under a name against a JSON Schema. */
export async function lookAtArtifact(
  { session }: GateSite,
  { artifact, schema }: { readonly artifact: string; readonly schema: JsonObject },
): Promise<Verdict> {
  const { artifacts } = session.journal.state
  if (!Object.hasOwn(artifacts, artifact)) {
    return { outcome: 'failed', reason: `"${artifact}" was not handed over: call request_transition with it` }
  }
  const misfit = await misfitOf(schema, artifacts[artifact] ?? null)
  return misfit === undefined
    ? { outcome: 'passed', reason: `"${artifact}" is as it must be` }
    : { outcome: 'failed', reason: `"${artifact}" does not fit: ${misfit}` }
}

async function misfitOf(schema: JsonObject, value: JsonValue): Promise<string | undefined> {
  try {
    const result = await jsonSchema(schema)['~standard'].validate(value)
    if (result.issues === undefined) return undefined
    // The first says that the whole does not fit, those after it say where.
    return result.issues
      .slice(-5)
      .map(
        ({ path = [], message }) =>
          `${path.map((part) => `/${String(typeof part === 'object' ? part.key : part)}`).join('')} ${message}`,
      )
      .join('; ')
      .slice(0, 1_000)
  } catch (error) {
    return `its schema cannot be used: ${error instanceof Error ? error.message : String(error)}`
  }
}
