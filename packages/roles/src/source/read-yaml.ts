import type { JsonPointer, JsonValue } from '@keepup/core'
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml'

import type { RoleProblem, SourcePlace } from './problem.ts'
import { fileFault, sourceFault } from './source-fault.ts'

/** How often anchors may be repeated in all: what aliases make of a file must not grow without bound. */
const mostAliases = 100

/** The most characters of JSON that a file may come to once its aliases are followed. */
const longestValue = 4_000_000

/** How deep collections may stand in each other: a parser that calls itself must not run out of stack. */
const deepest = 100

/** A file that was read: what it says, and where it says it. */
export interface YamlSource {
  readonly file: string
  readonly value: JsonValue
  /** The place of a value, or of its nearest ancestor that stands in the file. `key`: the place of its name instead. */
  place(pointer: JsonPointer, key?: boolean): SourcePlace
}

/**
 * Reads YAML 1.2, which JSON is a part of; comments of JSON too where `comments` says so. `after`: the lines of the file before the text. A name that stands
 * twice in one map is an error, as is what aliases would blow up.
 *
 * @throws KeepupError `configuration-invalid`, with every error and its place
 */
export function readYaml(text: string, file: string, after = 0): YamlSource {
  checkDepth(text, file)
  const lines = new LineCounter()
  const placeAt = (offset: number): SourcePlace => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(1, line) + after, column: Math.max(1, col) }
  }
  const document = parse(text, file, lines)
  if (document.errors.length > 0) {
    throw sourceFault(
      document.errors.slice(0, 20).map(({ message, pos: [start] }): RoleProblem => ({
        ...placeAt(start),
        severity: 'error',
        pointer: '',
        problem: `cannot be read: ${message}`,
        fix: 'correct that place',
      })),
    )
  }
  checkNames(document, file, placeAt)
  const known: KnownPairs = new WeakMap()
  return {
    file,
    value: valueOf(document, file),
    place: (pointer, key = false) => placeAt(nodeAt(document, pathOf(pointer), key, known)?.range?.[0] ?? 0),
  }
}

/** Refuses a name that stands twice in one map. The parser's own check takes time of the square of the names. */
function checkNames(document: Document, file: string, placeAt: (offset: number) => SourcePlace): void {
  visit(document, {
    Map(_, map) {
      const names = new Set<string>()
      for (const { key } of map.items) {
        if (!isScalar(key) || typeof key.value !== 'string') continue
        if (names.has(key.value)) {
          const problem = `cannot be read: the name ${key.value.slice(0, 60)} is not unique there`
          const fix = 'keep one of them'
          throw sourceFault([
            { ...placeAt(key.range?.[0] ?? 0), severity: 'error', pointer: '', problem, fix },
          ])
        }
        names.add(key.value)
      }
    },
  })
}

function parse(text: string, file: string, lineCounter: LineCounter): Document {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false, stringKeys: true })
  } catch (error) {
    throw fileFault(file, `cannot be read: ${reasonOf(error)}`, 'write it more simply', error)
  }
}

function valueOf(document: Document, file: string): JsonValue {
  try {
    const value: unknown = document.toJS({ maxAliasCount: mostAliases })
    const json = JSON.stringify(value ?? null)
    if (json.length > longestValue)
      throw new Error(`its aliases make more than ${longestValue} characters of it`)
    return JSON.parse(json) as JsonValue // it was written as JSON just now
  } catch (error) {
    throw fileFault(file, `cannot be read: ${reasonOf(error)}`, 'write the repeated part out', error)
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Refuses what stands deeper than anybody writes, before it is parsed. Brackets in texts count too: it is a bound, not a parser. */
function checkDepth(text: string, file: string): void {
  let depth = 0
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = '[{'.includes(bracket) ? depth + 1 : Math.max(0, depth - 1)
    if (depth > deepest) throw tooDeep(file)
  }
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const indent = line.length - line.trimStart().length
    const words = line.slice(indent, indent + 8 * deepest).split(' ')
    const plain = words.findIndex((word) => !['', '-', '?'].includes(word))
    const levels = words.slice(0, plain < 0 ? words.length : plain).filter((word) => word !== '').length
    if (indent > 10 * deepest || levels > deepest) throw tooDeep(file)
  }
}

function tooDeep(file: string): Error {
  return fileFault(file, `is nested deeper than ${deepest} levels`, 'write it flatter')
}

/** The segments of a JSON Pointer. */
function pathOf(pointer: JsonPointer): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The node at a path, or the nearest one above it that is there. */
function nodeAt(
  document: Document,
  path: readonly string[],
  key: boolean,
  known: KnownPairs,
): Node | undefined {
  let node: Node | undefined = isNode(document.contents) ? document.contents : undefined
  for (const [index, segment] of path.entries()) {
    const next = childOf(node, segment, { key: key && index === path.length - 1, known })
    if (next === undefined) return node
    node = next
  }
  return node
}

/** The pairs of maps by their names, looked up once: a map of a hostile file has many. */
type KnownPairs = WeakMap<YAMLMap, ReadonlyMap<string, Pair>>

function pairsOf(map: YAMLMap, known: KnownPairs): ReadonlyMap<string, Pair> {
  const there = known.get(map)
  if (there !== undefined) return there
  const pairs = new Map(
    map.items.flatMap((pair) => (isScalar(pair.key) ? [[String(pair.key.value), pair] as const] : [])),
  )
  known.set(map, pairs)
  return pairs
}

function childOf(
  node: Node | undefined,
  segment: string,
  { key, known }: { readonly key: boolean; readonly known: KnownPairs },
): Node | undefined {
  if (isSeq(node)) return asNode(node.items[Number(segment)])
  if (!isMap(node)) return undefined
  const pair = pairsOf(node, known).get(segment)
  return asNode(key ? pair?.key : (pair?.value ?? pair?.key))
}

function asNode(value: unknown): Node | undefined {
  return isNode(value) ? value : undefined
}
