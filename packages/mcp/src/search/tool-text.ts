import type { JsonObject, JsonValue } from '@keepup/core'

import { wordStems } from './words/word-stems.ts'

/** A tool as a search sees it. `OfferedTool` is one. */
export interface SearchableTool {
  /** What it is called by. */
  readonly name: string
  readonly server: string
  /** What its server calls it; the name when left out. */
  readonly serverName?: string
  readonly title?: string
  readonly description: string
  readonly inputSchema: JsonObject
}

/** A part of what a tool says of itself: how much a word in it tells, and its words. */
export interface TextField {
  readonly weight: number
  readonly stems: readonly string[]
}

/** @limit In characters: what of a description is searched. */
const longestText = 20_000
/** @limit How deep a schema is searched. */
const deepest = 8

/** What a tool says of itself, by how much each part tells. */
export function toolText(
  { name, serverName = name, server, title = '', description, inputSchema }: SearchableTool,
  stem?: (word: string) => string,
): readonly TextField[] {
  const stems = (text: string): readonly string[] => wordStems(text, stem)
  const [first, rest] = firstSentence(description.slice(0, longestText))
  const { names, descriptions } = parameterTexts(inputSchema)
  return [
    { weight: 4, stems: stems(serverName) },
    { weight: 2, stems: stems(title) },
    { weight: 2, stems: stems(first) },
    { weight: 1, stems: stems(rest) },
    { weight: 1, stems: stems(names) },
    { weight: 0.2, stems: stems(descriptions) },
    { weight: 2, stems: stems(server) },
  ]
}

/** A description in two: its first sentence, and what follows. */
export function firstSentence(text: string): readonly [string, string] {
  const plain = text.trim()
  const end = /[.!?](?=\s|$)|\n\s*\n/.exec(plain)
  return end === null ? [plain, ''] : [plain.slice(0, end.index + 1), plain.slice(end.index + 1).trim()]
}

function parameterTexts(schema: JsonObject): { readonly names: string; readonly descriptions: string } {
  const names: string[] = []
  const descriptions: string[] = []
  visit(schema, 0)
  return { names: names.join(' '), descriptions: descriptions.join(' ').slice(0, longestText) }

  function visit(value: JsonValue | undefined, depth: number): void {
    if (typeof value !== 'object' || value === null || depth > deepest) return
    for (const [key, member] of Object.entries(value)) {
      if (key === 'properties' && isObject(member)) names.push(...Object.keys(member))
      if (key === 'enum' || key === 'const') names.push(...[member].flat().filter(isText))
      if (key === 'description' && typeof member === 'string') descriptions.push(member)
      else visit(member, depth + 1)
    }
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
