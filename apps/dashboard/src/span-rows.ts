import type { Row, RowKind } from './timeline.ts'
import type { Span } from './view-types.ts'

const kinds: Readonly<Record<string, RowKind>> = {
  chat: 'model',
  text_completion: 'model',
  generate_content: 'model',
  embeddings: 'model',
  llm: 'model',
  embedding: 'model',
  execute_tool: 'tool',
  tool: 'tool',
  retriever: 'tool',
  invoke_agent: 'agent',
  create_agent: 'agent',
  agent: 'agent',
  invoke_workflow: 'run',
  chain: 'run',
}

/** Spans as rows of a waterfall, each below the one that it is part of; the index of a row is its id. A span whose parent is not there, or is below itself, stands by itself. */
export function spanRows(spans: readonly Span[]): readonly { readonly row: Row; readonly span: Span }[] {
  const known = new Set(spans.map(({ span }) => span))
  const below = new Map<string, Span[]>()
  const roots: Span[] = []
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    if (span.parent === undefined || !known.has(span.parent)) roots.push(span)
    else listIn(below, span.parent).push(span)
  }
  const rows: { readonly row: Row; readonly span: Span }[] = []
  const seen = new Set<string>()
  const open = roots.toReversed().map((span) => ({ span, depth: 0 }))
  const rest = spans.values()
  for (let next = open.pop(); rows.length < spans.length; next = open.pop()) {
    // What is only in a circle is reached from nowhere.
    const found = next ?? { span: unseen(rest, seen), depth: 0 }
    if (found.span === undefined) break
    const { span, depth } = found
    if (seen.has(span.span)) continue
    seen.add(span.span)
    rows.push({ row: rowOf(span, depth, rows.length), span })
    for (const child of (below.get(span.span) ?? []).toReversed())
      open.push({ span: child, depth: depth + 1 })
  }
  return rows
}

function listIn(below: Map<string, Span[]>, parent: string): Span[] {
  const list = below.get(parent) ?? []
  below.set(parent, list)
  return list
}

function unseen(spans: Iterator<Span>, seen: ReadonlySet<string>): Span | undefined {
  for (let next = spans.next(); next.done !== true; next = spans.next()) {
    if (!seen.has(next.value.span)) return next.value
  }
  return undefined
}

function rowOf(span: Span, depth: number, id: number): Row {
  const { attributes, name, service, start, end, error } = span
  return {
    id,
    kind: kindOf(attributes),
    title: name,
    detail: detailOf(attributes, service, depth),
    depth: Math.min(depth, 12),
    start,
    end,
    status: error === undefined ? 'done' : 'failed',
    entries: [],
  }
}

function kindOf(attributes: Span['attributes']): RowKind {
  const named = attributes['gen_ai.operation.name'] ?? attributes['openinference.span.kind']
  const kind = String(named).toLowerCase()
  return Object.hasOwn(kinds, kind) ? (kinds[kind] ?? 'note') : 'note'
}

function detailOf(attributes: Span['attributes'], service: string, depth: number): string {
  const tokens = ['input', 'output'].flatMap((way) => {
    const count = attributes[`gen_ai.usage.${way}_tokens`]
    return typeof count === 'number' ? [`${count} ${way}`] : []
  })
  return [...(depth === 0 ? [service] : []), ...tokens].join(', ')
}
