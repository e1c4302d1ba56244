import type { JsonObject, Model, ModelEvent } from '@keepup/core'

import { openaiCompatible, type OpenAICompatibleOptions } from '../src/index.ts'
import { finished, loopback, never, requestOf, sendEvents } from './loopback.ts'

/** A model at a loopback server. */
export function modelAt(url: string, options: Partial<OpenAICompatibleOptions> = {}): Model {
  return openaiCompatible({ baseUrl: `${url}/v1`, model: 'm', provider: 'some', ...options })
}

/** How an answer ends. */
export type Finished = Extract<ModelEvent, { type: 'finished' }>

/** What the model makes of these events. */
export async function answerOf(events: readonly (JsonObject | string)[]): Promise<Finished> {
  await using server = await loopback((response) => sendEvents(response, [...events, '[DONE]']))
  return await finished(modelAt(server.url).stream(requestOf(), never()))
}

/** One event with a delta. */
export function delta(content: JsonObject, reason: string | null = null): JsonObject {
  return { choices: [{ index: 0, delta: content, finish_reason: reason }] }
}

/** One event with pieces of tool calls. */
export function calls(...list: readonly JsonObject[]): JsonObject {
  return delta({ tool_calls: list })
}

/** The last event of an answer that calls tools. */
export const end = delta({}, 'tool_calls')
