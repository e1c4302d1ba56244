import type {
  FindOrigins,
  GuardedArgument,
  JsonPointer,
  JsonValue,
  Tool,
  ToolCall,
  ValueOrigin,
} from '@keepup/core'

/** Every leaf of a call's input (empty lists and objects are leaves) with its sink and its origins, in the input's order. */
export function guardArguments(
  tool: Tool,
  call: ToolCall,
  input: JsonValue,
  findOrigins: FindOrigins | undefined,
): readonly GuardedArgument[] {
  const sinks = Object.entries(tool.sinks ?? {}).toSorted(([a], [b]) => b.length - a.length)
  const found: GuardedArgument[] = []
  visit('', input)
  return found

  function visit(pointer: JsonPointer, value: JsonValue): void {
    const members = membersOf(value)
    for (const [key, member] of members) visit(`${pointer}/${escape(key)}`, member)
    if (members.length > 0) return
    const sink = sinks.find(([prefix]) => pointer === prefix || pointer.startsWith(`${prefix}/`))?.[1]
    const leaf = sink === undefined ? { pointer, value } : { pointer, value, sink }
    found.push({ ...leaf, origins: originsOf(leaf, call, findOrigins) })
  }
}

function membersOf(value: JsonValue): readonly (readonly [string, JsonValue])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

function originsOf(
  leaf: Parameters<FindOrigins>[0],
  call: ToolCall,
  findOrigins: FindOrigins | undefined,
): readonly ValueOrigin[] {
  try {
    return findOrigins?.(leaf, call) ?? []
  } catch {
    // A finder that fails gives no authority.
    return []
  }
}

function escape(key: string): string {
  return /[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key
}
