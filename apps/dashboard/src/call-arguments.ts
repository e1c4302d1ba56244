import type { ThreadEntry } from './api-types.ts'

/** How many calls, and arguments of one, are listed. */
const most = { calls: 300, leaves: 60, depth: 12 }

/** A call that a model asked for, and the leaves of what it wrote. */
export interface ListedCall {
  readonly call: string
  readonly tool: string
  readonly sequence: number
  readonly leaves: readonly { readonly pointer: string; readonly text: string }[]
}

/** The calls of a thread, the last first. */
export function callsOf(entries: readonly ThreadEntry[]): readonly ListedCall[] {
  const calls: ListedCall[] = []
  for (const { type, data, sequence } of entries.toReversed()) {
    if (type !== 'assistant-message') continue
    const { content } = Object(Object(data).message) as { readonly content?: unknown }
    for (const part of Array.isArray(content) ? content.toReversed() : []) {
      const { type: kind, id, name, input } = Object(part) as Readonly<Record<string, unknown>>
      if (kind === 'tool-call')
        calls.push({ call: String(id), tool: String(name), sequence, leaves: leavesOf(input) })
    }
    if (calls.length >= most.calls) break
  }
  return calls
}

function leavesOf(value: unknown, pointer = '', depth = 0): ListedCall['leaves'] {
  if (typeof value !== 'object' || value === null) return [{ pointer, text: String(value) }]
  if (depth === most.depth) return []
  return Object.entries(value)
    .slice(0, most.leaves)
    .flatMap(([key, item]) =>
      leavesOf(item, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, depth + 1),
    )
    .slice(0, most.leaves)
}
