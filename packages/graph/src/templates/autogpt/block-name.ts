import { blockKinds, inputBlocks, structuralBlocks } from './block-kinds.ts'
import type { ExportedNode } from './export-shape.ts'

/** What a block is, for people: its id where it is not known. */
export function blockTitle({ block_id: id }: ExportedNode): string {
  const structural: Readonly<Record<string, string>> = {
    [structuralBlocks.output]: 'Agent Output',
    [structuralBlocks.note]: 'Note',
    [structuralBlocks.agent]: 'Agent Executor',
  }
  return (own(blockKinds, id) ?? own(inputBlocks, id))?.name ?? own(structural, id) ?? `block ${id}`
}

/** The entry of that very name, and nothing that every object has. */
export function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

/** A name for each block that expressions can use, after what people called it or what it is; no two are the same. */
export function blockNames(nodes: readonly ExportedNode[]): ReadonlyMap<string, string> {
  const taken = new Set(['start', 'end', 'input', 'item', 'key'])
  return new Map(
    nodes.map((node) => [node.id, freeName(node.metadata?.customized_name || usualName(node), taken)]),
  )
}

function usualName(node: ExportedNode): string {
  const { name } = node.input_default
  if (Object.hasOwn(inputBlocks, node.block_id) && typeof name === 'string') return name
  const title = blockTitle(node)
  return title.startsWith('block ') ? `block_${node.block_id.slice(0, 8)}` : title
}

/** A text as a name, with a number where it is taken. */
export function freeName(text: string, taken: Set<string>): string {
  const slug = slugOf(text).slice(0, 22)
  const base = /^[a-z]/.test(slug) ? slug : `x_${slug}`.slice(0, 22)
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}_${number}`
    if (taken.has(name)) continue
    taken.add(name)
    return name
  }
}

/** A text in lower case, with `_` for all that is no letter or digit. */
export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
}
