import type { JsonValue } from '@keepup/core'
import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml'

import { type Problem, problemsError, type SourcePlace } from './problem.ts'
import { pointerPath, type Source } from './source.ts'

/** The longest file, in characters. */
const longestFile = 4_000_000

/** How often one anchor may be repeated in all: a file must not grow without bound when its aliases are followed. */
const mostAliases = 100

/** Where a text stands in its file, when it is a part of one. */
export interface SourceOptions {
  /** The line before its first one: 0 when left out. */
  readonly after?: number
}

/**
 * Reads JSON or YAML 1.2, which JSON is a part of. A name that stands twice in one map is an error.
 *
 * @throws KeepupError `configuration-invalid`, with every error and its place
 */
export function readSource(text: string, file: string, { after = 0 }: SourceOptions = {}): Source {
  if (text.length > longestFile) {
    throw problemsError([fault({ file }, `has ${text.length} characters`, `keep it under ${longestFile}`)])
  }
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    stringKeys: true,
  })
  const placeAt = (offset: number): SourcePlace => {
    const { line, col } = lines.linePos(offset)
    return { file, line: line + after, column: col }
  }
  if (document.errors.length > 0) {
    throw problemsError(
      document.errors.map(({ message, pos: [start] }) =>
        fault(placeAt(start), `cannot be read: ${message}`, 'correct that place'),
      ),
    )
  }
  const found = (pointer: string, key: boolean): Node | undefined =>
    nodeAt(document, pointerPath(pointer), key)
  return {
    file,
    value: valueOf(document, file),
    place(pointer, { key = false, at } = {}) {
      const node = found(pointer, key)
      const start = node?.range?.[0] ?? 0
      return placeAt(at === undefined || node === undefined ? start : offsetIn(text, node, at))
    },
  }
}

function valueOf(document: Document, file: string): JsonValue {
  try {
    const value: unknown = document.toJS({ maxAliasCount: mostAliases })
    return JSON.parse(JSON.stringify(value ?? null)) as JsonValue // it was written as JSON just now
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw problemsError([fault({ file }, `cannot be read: ${reason}`, 'write the repeated part out')])
  }
}

/** The node at a path, or the nearest one above it that is there. */
function nodeAt(document: Document, path: readonly string[], key: boolean): Node | undefined {
  let node: Node | undefined = isNode(document.contents) ? document.contents : undefined
  for (const [index, segment] of path.entries()) {
    const next = childOf(node, segment, key && index === path.length - 1)
    if (next === undefined) return node
    node = next
  }
  return node
}

function childOf(node: Node | undefined, segment: string, key: boolean): Node | undefined {
  if (isSeq(node)) return asNode(node.items[Number(segment)])
  if (!isMap(node)) return undefined
  const pair = node.items.find(
    (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === segment,
  )
  return asNode(key ? pair?.key : (pair?.value ?? pair?.key))
}

function asNode(value: unknown): Node | undefined {
  return isNode(value) ? value : undefined
}

/** The place of a character of a text, where the file has the text as it is; else the place where it begins. */
function offsetIn(text: string, node: Node, at: number): number {
  const [start, end] = node.range ?? [0, 0]
  if (!isScalar(node) || typeof node.value !== 'string') return start
  const within = text.slice(start, end).indexOf(node.value)
  return within < 0 ? start : start + within + at
}

function fault(place: SourcePlace, problem: string, fix: string): Problem {
  return { ...place, severity: 'error', pointer: '', problem, fix }
}
