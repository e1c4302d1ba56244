import { isAbsolute, join } from 'node:path'

import { canonicalJson, type JsonObject, type JsonValue } from '@keepup/core'

/** One field of a tool's input in both tongues. */
export interface FieldTranslation {
  readonly ours: string
  readonly theirs: string
  /** How a value is written there, and back; the same when left out. */
  readonly out?: (value: JsonValue, folder: string) => JsonValue
  readonly back?: (value: JsonValue) => JsonValue
}

/** A tool of ours under another program's name. */
export interface ToolTranslation {
  readonly ours: string
  readonly theirs: string
  /** Other names that its matchers may use. */
  readonly aliases?: readonly string[]
  readonly fields?: readonly FieldTranslation[]
  /** Fields there that say nothing here. */
  readonly ignored?: readonly string[]
  /** The whole input at once, where fields do not correspond: then a rewrite of it cannot be read. */
  readonly whole?: (input: JsonObject) => JsonObject
}

/** A call as the other program would name it. */
export interface TranslatedCall {
  readonly name: string
  readonly input: JsonObject
  /** Every name that a matcher may mean it by. */
  readonly names: readonly string[]
}

/** Says a call in the words of a dialect. Tools that it does not know keep their names, those of MCP servers too. */
export function translateCall(
  tools: readonly ToolTranslation[],
  name: string,
  input: JsonValue,
  folder: string,
): TranslatedCall {
  const given = isObject(input) ? input : { value: input }
  const tool = tools.find(({ ours }) => ours === name)
  if (tool === undefined) return { name, input: given, names: [name] }
  const names = [tool.theirs, ...(tool.aliases ?? []), name]
  if (tool.whole !== undefined) return { name: tool.theirs, input: tool.whole(given), names }
  const fields = Object.entries(given).flatMap(([key, value]) => {
    const field = tool.fields?.find(({ ours }) => ours === key)
    return field === undefined ? [] : [[field.theirs, field.out?.(value, folder) ?? value]]
  })
  return { name: tool.theirs, input: Object.fromEntries(fields), names }
}

/** An input that a hook rewrote, in our words. Throws where it cannot be said in them. */
export function translateBack(
  tools: readonly ToolTranslation[],
  name: string,
  original: JsonValue,
  sent: JsonObject,
  rewritten: JsonObject,
): JsonValue {
  if (canonicalJson(rewritten) === canonicalJson(sent)) return original
  const tool = tools.find(({ ours }) => ours === name)
  if (tool === undefined) return rewritten
  if (tool.whole !== undefined) {
    throw new Error(
      `it rewrote the input of ${tool.theirs}, which cannot be read back into a call of ${name}.`,
    )
  }
  const given = isObject(original) ? original : {}
  const { fields = [], ignored = [] } = tool
  const kept = Object.entries(given).filter(([key]) => !fields.some(({ ours }) => ours === key))
  const read = Object.entries(rewritten).flatMap(
    ([key, value]): readonly (readonly [string, JsonValue])[] => {
      const field = fields.find(({ theirs }) => theirs === key)
      if (field === undefined) return ignored.includes(key) ? [] : [[key, value]]
      const before = given[field.ours]
      const same = before !== undefined && canonicalJson(value) === canonicalJson(sent[key])
      return [[field.ours, same ? before : (field.back?.(value) ?? value)]]
    },
  )
  return Object.fromEntries([...kept, ...read])
}

/** A path as programs are told it: absolute. */
export const absolutePath: Pick<FieldTranslation, 'out'> = {
  out: (value, folder) => (typeof value === 'string' && !isAbsolute(value) ? join(folder, value) : value),
}

/** The same name in both. */
export function sameField(name: string): FieldTranslation {
  return { ours: name, theirs: name }
}

/** The server and the tool of `mcp__server__tool`. */
export function mcpNames(name: string): { readonly server: string; readonly tool: string } | undefined {
  const [, server, tool] = /^mcp__(.+?)__(.+)$/s.exec(name) ?? []
  return server === undefined || tool === undefined ? undefined : { server, tool }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
