import type { JsonObject, JsonValue } from '@keepup/core'
import type { JSONRPCMessage } from '@modelcontextprotocol/client'

/** Lists in results that we read ourselves, so that one faulty item does not cost all the others. */
const lists = ['content', 'tools', 'resources', 'resourceTemplates', 'prompts', 'messages'] as const

const rawKey = 'keepup.raw'
const taskKey = 'keepup.task'

/**
 * Moves the lists of a result out of the SDK's sight, which refuses a whole result for one faulty item, and turns a task (`resultType: "task"`), which it does
 * not know, into an empty result. `rawList` and `rawTask` read them.
 */
export function keepRaw(message: JSONRPCMessage): JSONRPCMessage {
  if (!('result' in message)) return message
  // A result is JSON, as it was parsed.
  const result = message.result as unknown as JsonObject
  const task = result['resultType'] === 'task' && typeof result['taskId'] === 'string' ? result : undefined
  const found = lists.filter((name) => Array.isArray(result[name]))
  if (task === undefined && found.length === 0) return message
  const raw = Object.fromEntries(found.map((name) => [name, result[name]]))
  const meta = isObject(result['_meta']) ? result['_meta'] : {}
  const kept = {
    ...result,
    ...Object.fromEntries(found.map((name) => [name, []])),
    ...(task === undefined ? {} : { resultType: 'complete', content: [] }),
    _meta: { ...meta, [rawKey]: raw, ...(task === undefined ? {} : { [taskKey]: task }) },
  }
  return { ...message, result: kept }
}

/** A list as the server sent it: its items that are objects. */
export function rawList(result: object, name: (typeof lists)[number]): readonly JsonObject[] {
  const raw = metaOf(result)[rawKey]
  const list = isObject(raw) ? raw[name] : undefined
  return Array.isArray(list) ? list.filter(isObject) : []
}

/** The task that stands in place of a result, if one does. */
export function rawTask(result: object): JsonObject | undefined {
  const task = metaOf(result)[taskKey]
  return isObject(task) ? task : undefined
}

/** The `_meta` of a result as the server sent it. */
export function plainMeta(result: object): JsonObject | undefined {
  const entries = Object.entries(metaOf(result)).filter(([key]) => key !== rawKey && key !== taskKey)
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

/** Whether a value is a JSON object. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function metaOf(result: object): JsonObject {
  // Results come from JSON.
  const meta = new Map(Object.entries(result)).get('_meta') as JsonValue | undefined
  return isObject(meta) ? meta : {}
}
