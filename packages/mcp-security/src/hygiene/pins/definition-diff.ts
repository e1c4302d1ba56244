import { canonicalJson, type JsonObject, type JsonPointer, type JsonValue } from '@keepup/core'

import { isJsonObject } from '../schema/is-json-object.ts'
import { escapedText } from '../text/hidden-text.ts'

/**
 * What changed between two definitions, for a person: a line or two for each place, sorted by place. Nothing is left out, and what is not seen is written as
 * `\u{…}`. Empty where nothing changed but the order of keys.
 */
export function definitionDiff(before: JsonObject, after: JsonObject): readonly string[] {
  return differences(before, after, '')
}

function differences(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  at: JsonPointer,
): readonly string[] {
  if (before !== undefined && after !== undefined && canonicalJson(before) === canonicalJson(after)) return []
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()
    return keys.flatMap((key) => differences(own(before, key), own(after, key), `${at}/${escapeKey(key)}`))
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((each, index) => differences(each, after[index], `${at}/${index}`))
  }
  const place = at === '' ? 'the definition' : at.slice(1)
  return [
    ...(before === undefined ? [] : [`- ${place}: ${shown(before)}`]),
    ...(after === undefined ? [] : [`+ ${place}: ${shown(after)}`]),
  ]
}

/** `__proto__` is a key like others. */
function own(value: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined
}

function escapeKey(key: string): string {
  return escapedText(key.replaceAll('~', '~0').replaceAll('/', '~1')).replaceAll('\n', String.raw`\n`)
}

/** Runs of blanks would push the rest out of sight. */
function shown(value: JsonValue): string {
  return escapedText(JSON.stringify(value)).replaceAll(/ {9,}/g, (run) => `␠×${run.length}`)
}
