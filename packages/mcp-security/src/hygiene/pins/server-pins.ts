import type { Hash, JsonObject, JsonValue } from '@keepup/core'

import { isJsonObject } from '../schema/is-json-object.ts'
/** A tool as a person, or the first use, let it pass. */
export interface PinnedTool {
  readonly name: string
  readonly digest: Hash
  /** What was let pass, to tell what changed. */
  readonly definition: JsonObject
  /** Findings that were seen when it was let pass; a new one is asked about. */
  readonly accepted: readonly string[]
  /** Whether the server left it out since: it does not come back by itself. */
  readonly gone: boolean
}

/** What is kept of one server. */
export interface ServerPins {
  readonly server: string
  readonly tools: readonly PinnedTool[]
  /** Of what the server says of itself, where it does. */
  readonly instructions?: Hash
}

/** As JSON, with the version of the form. */
export function writePins({ tools, ...pins }: ServerPins): JsonObject {
  return { version: 1, ...pins, tools: tools.map((tool) => ({ ...tool, accepted: [...tool.accepted] })) }
}

/** Reads pins; `undefined` where it is none of them: then nothing was let pass. */
export function readPins(value: JsonValue | undefined): ServerPins | undefined {
  if (!isJsonObject(value) || value['version'] !== 1 || !Array.isArray(value['tools'])) return undefined
  const { server, instructions } = value
  if (typeof server !== 'string') return undefined
  const tools = value['tools'].map(readTool)
  if (!tools.every((tool) => tool !== undefined)) return undefined
  return { server, tools, ...(typeof instructions === 'string' ? { instructions } : {}) }
}

function readTool(value: JsonValue): PinnedTool | undefined {
  if (!isJsonObject(value)) return undefined
  const { name, digest, definition, accepted, gone } = value
  if (typeof name !== 'string' || typeof digest !== 'string' || !isJsonObject(definition)) return undefined
  if (!Array.isArray(accepted) || !accepted.every((each) => typeof each === 'string')) return undefined
  return { name, digest, definition, accepted, gone: gone === true }
}
