import { type Edge, end } from './edge.ts'
import type { GraphState, ScopeState, Task } from './graph-state.ts'
import type { GraphParts } from './graph.ts'
import type { NodeDefinition } from './node.ts'

/** How a graph is drawn. */
export interface MermaidOptions {
  /** Where a run stands: its nodes are painted. */
  readonly state?: Pick<GraphState, 'outcome' | 'status' | 'tasks' | 'visits'>
  /** Words for the way from one node to another, such as its condition. `within`: the names of the graphs that they are in, each followed by `/`. */
  readonly label?: (from: string, to: string, within: string) => string | undefined
  /** From top to bottom (`TB`) or from left to right (`LR`); `TB` when left out. */
  readonly direction?: 'TB' | 'LR'
}

/** A graph as a flowchart of Mermaid, graphs within as its subgraphs. Every graph can be drawn, also one that cannot be run. */
export function graphMermaid(
  graph: Pick<GraphParts, 'edges' | 'entry' | 'nodes'>,
  options: MermaidOptions = {},
): string {
  const { state, direction = 'TB' } = options
  const drawing: Drawing = { ids: new Map(), lines: [], classes: new Map(), options }
  drawGraph(drawing, graph, state, '')
  if (state?.status === 'finished' && state.outcome?.type === 'completed')
    paint(drawing, idOf(drawing, end), 'done')
  const painted = [...drawing.classes].map(([name, ids]) => `  class ${ids.join(',')} ${name}`)
  const used = Object.entries(styles).filter(([name]) => drawing.classes.has(name))
  return [
    `flowchart ${direction}`,
    ...drawing.lines,
    ...used.map(([name, style]) => `  classDef ${name} ${style}`),
    ...painted,
    '',
  ].join('\n')
}

interface Drawing {
  /** By path. */
  readonly ids: Map<string, string>
  readonly lines: string[]
  readonly classes: Map<string, string[]>
  readonly options: MermaidOptions
}

/** How a node is painted: by name, in the words of Mermaid. */
const styles: Readonly<Record<string, string>> = {
  done: 'fill:#d7f0dd,stroke:#2e7d4f,color:#12331f',
  running: 'fill:#d6e6fb,stroke:#2563a8,color:#10263f',
  waiting: 'fill:#fdf0c8,stroke:#a07400,color:#3d2c00',
  failed: 'fill:#fbdada,stroke:#b3261e,color:#410e0b',
}

function drawGraph(
  drawing: Drawing,
  { nodes, entry, edges }: Pick<GraphParts, 'edges' | 'entry' | 'nodes'>,
  state: Pick<ScopeState, 'tasks' | 'visits'> | undefined,
  within: string,
): void {
  const indent = '  '.repeat(within.split('/').length)
  const say = (words: string): void => void drawing.lines.push(`${indent}${words}`)
  const id = (name: string): string => idOf(drawing, `${within}${name}`)
  say(`${idOf(drawing, `${within}start`)}(["start"])`)
  say(`${id(end)}(["end"])`)
  for (const [name, node] of Object.entries(nodes)) drawNode(drawing, name, node, state, within)
  for (const name of entry) say(`${idOf(drawing, `${within}start`)} --> ${id(name)}`)
  for (const edge of edges) for (const words of edgeLines(edge, id, drawing.options, within)) say(words)
  for (const [name, { otherwise, visits }] of Object.entries(nodes)) {
    if (otherwise === undefined) continue
    say(`${id(name)} -. "${escape(`after ${visits ?? 'its'} visits`)}" .-> ${id(otherwise)}`)
  }
}

function drawNode(
  drawing: Drawing,
  name: string,
  node: NodeDefinition,
  state: Pick<ScopeState, 'tasks' | 'visits'> | undefined,
  within: string,
): void {
  const indent = '  '.repeat(within.split('/').length)
  const id = idOf(drawing, `${within}${name}`)
  const task = state?.tasks.find((each) => each.node === name)
  if (node.kind === 'graph') {
    drawing.lines.push(`${indent}subgraph ${id} ["${escape(titleOf(name, state))}"]`)
    drawGraph(drawing, node.graph, task?.inner, `${within}${name}/`)
    drawing.lines.push(`${indent}end`)
  } else drawing.lines.push(`${indent}${id}${shaped(node, titleOf(name, state))}`)
  const look = paintOf(task, state?.visits[name] ?? 0)
  if (look !== undefined) paint(drawing, id, look)
}

/** Ids of Mermaid are numbered: names may be words of its language. */
function idOf({ ids }: Drawing, path: string): string {
  const known = ids.get(path) ?? `n${ids.size}`
  ids.set(path, known)
  return known
}

function titleOf(name: string, state: Pick<ScopeState, 'visits'> | undefined): string {
  const visits = state?.visits[name] ?? 0
  return visits > 1 ? `${name} ×${visits}` : name
}

const shapes: Readonly<Record<Exclude<NodeDefinition['kind'], 'graph'>, readonly [string, string]>> = {
  function: ['[', ']'],
  agent: ['[[', ']]'],
  person: ['[/', '/]'],
  signal: ['{{', '}}'],
  time: ['([', '])'],
}

function shaped({ kind }: Exclude<NodeDefinition, { kind: 'graph' }>, title: string): string {
  const [open, close] = shapes[kind]
  const words = kind === 'function' ? title : `${title} · ${kind}`
  return `${open}"${escape(words)}"${close}`
}

function edgeLines(
  edge: Edge,
  id: (name: string) => string,
  { label }: MermaidOptions,
  within: string,
): readonly string[] {
  const words = (from: string, to: string, otherwise = ''): string => {
    const text = label?.(from, to, within) ?? otherwise
    return text === '' ? '' : ` "${escape(text)}" `
  }
  switch (edge.type) {
    case 'edge':
      return [line('--', words(edge.from, edge.to), '-->', id(edge.from), id(edge.to))]
    case 'error':
      return [line('-.', words(edge.from, edge.to, 'error'), '.->', id(edge.from), id(edge.to))]
    case 'route':
      return edge.to.map((to) => line('-.', words(edge.from, to), '.->', id(edge.from), id(to)))
    case 'join':
      return edge.from.map((from) => line('==', words(from, edge.to), '==>', id(from), id(edge.to)))
  }
}

function line(open: string, words: string, arrow: string, from: string, to: string): string {
  const plain: Readonly<Record<string, string>> = { '-->': '-->', '.->': '-.->', '==>': '==>' }
  return words === '' ? `${from} ${plain[arrow] ?? arrow} ${to}` : `${from} ${open}${words}${arrow} ${to}`
}

function paintOf(task: Task | undefined, visits: number): string | undefined {
  switch (task?.status) {
    case 'open':
    case 'begun':
      return 'running'
    case 'waiting':
      return 'waiting'
    case 'failed':
      return 'failed'
    case 'finished':
      return 'done'
    case undefined:
      return visits > 0 ? 'done' : undefined
  }
}

function paint({ classes }: Drawing, id: string, name: string): void {
  classes.set(name, [...(classes.get(name) ?? []), id])
}

/** Words that Mermaid shows as they are: its own entities for what it, or a page, would read otherwise. */
function escape(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 77)}...` : text
  return short
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[#"<>&`\\;]/g, (letter) => `#${letter.codePointAt(0) ?? 63};`)
}
