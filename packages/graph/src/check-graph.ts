import { KeepupError } from '@keepup/core'

import { checkNode } from './check-node.ts'
import { type Edge, end } from './edge.ts'
import type { GraphParts } from './graph.ts'

const nameForm = /^[A-Za-z][\w.-]{0,47}$/

/** Holds a graph against its rules. Fails `configuration-invalid` with all that is wrong; `details.problems` lists it. */
export function checkGraph(graph: GraphParts): void {
  const problems = findProblems(graph)
  if (problems.length === 0) return
  const message = `Graph ${graph.name} cannot be run:\n${problems.map((problem) => `- ${problem}`).join('\n')}`
  throw new KeepupError('configuration-invalid', message, { details: { graph: graph.name, problems } })
}

/** What is wrong with a graph, each in a sentence that says what to do. Empty where it can be run. */
export function findProblems(graph: GraphParts): readonly string[] {
  const problems = [
    ...nameProblems(graph),
    ...Object.entries(graph.nodes).flatMap(([name, node]) => checkNode(graph, name, node)),
    ...edgeProblems(graph),
  ]
  // The shape says something only where every name leads somewhere.
  return problems.length > 0 ? problems : [...shapeProblems(graph), ...loopProblems(graph)]
}

function nameProblems({ name, nodes, entry, steps }: GraphParts): readonly string[] {
  const wrong = [name, ...Object.keys(nodes)].filter((given) => !nameForm.test(given))
  return [
    ...wrong.map(
      (given) =>
        `the name ${JSON.stringify(given)} must be a letter, then at most 47 letters, digits, _, . or -`,
    ),
    ...(Object.hasOwn(nodes, end) ? [`a node is named ${end}, which names the end: rename it`] : []),
    ...(entry.length === 0 ? ['it has no entry: name the node where a run begins'] : []),
    ...(new Set(entry).size < entry.length ? ['its entry names a node twice: name each once'] : []),
    ...entry
      .filter((given) => !Object.hasOwn(nodes, given))
      .map((given) => `its entry ${JSON.stringify(given)} is no node${known(nodes)}`),
    ...(steps === undefined || isCount(steps)
      ? []
      : [`its bound of steps is ${steps}, but must be an integer from 1`]),
  ]
}

function edgeProblems({ nodes, edges }: GraphParts): readonly string[] {
  return edges.flatMap((edge) => {
    const froms = edge.type === 'join' ? edge.from : [edge.from]
    const missing = [
      ...froms.filter((name) => !Object.hasOwn(nodes, name)),
      ...targetsOf(edge).filter((name) => name !== end && !Object.hasOwn(nodes, name)),
    ]
    const problems = missing.map(
      (name) =>
        `the ${edge.type} from ${froms.join(', ')} names ${JSON.stringify(name)}, which is no node${known(nodes)}`,
    )
    if (froms.length === 0) problems.push(`a join to ${targetsOf(edge).join()} names no node to wait for`)
    if (edge.type === 'route' && edge.to.length === 0)
      problems.push(`the route from ${edge.from} declares no target`)
    return problems
  })
}

/** Everything that a node may lead to. */
function targetsOf(edge: Edge): readonly string[] {
  return edge.type === 'route' ? edge.to : [edge.to]
}

/** Where a run can go from each node. */
function successors({ nodes, edges }: GraphParts): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map(
    Object.entries(nodes).map(([name, { otherwise }]) => [
      name,
      new Set(otherwise === undefined ? [] : [otherwise]),
    ]),
  )
  for (const edge of edges) {
    for (const from of edge.type === 'join' ? edge.from : [edge.from]) {
      for (const to of targetsOf(edge)) found.get(from)?.add(to)
    }
  }
  return found
}

function shapeProblems(graph: GraphParts): readonly string[] {
  const after = successors(graph)
  const reached = reach(graph.entry, after)
  const names = Object.keys(graph.nodes)
  const leaving = new Set(
    graph.edges.flatMap((edge) =>
      edge.type === 'error' ? [] : edge.type === 'join' ? edge.from : [edge.from],
    ),
  )
  return [
    ...names
      .filter((name) => !reached.has(name))
      .map((name) => `nothing leads to node ${name}: lead an edge there or remove it`),
    ...names
      .filter((name) => !leaving.has(name))
      .map((name) => `node ${name} leads nowhere: lead an edge from it, to '${end}' where a branch ends`),
    ...names
      .filter((name) => reached.has(name) && leaving.has(name) && !reach([name], after).has(end))
      .map((name) => `no way leads from node ${name} to '${end}'`),
  ]
}

function reach(
  from: readonly string[],
  after: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlySet<string> {
  const reached = new Set(from)
  for (const name of reached) for (const next of after.get(name) ?? []) reached.add(next)
  return reached
}

/** Loops in which no node has a bound, where the graph has none. */
function loopProblems(graph: GraphParts): readonly string[] {
  if (graph.steps !== undefined) return []
  const after = new Map(
    [...successors(graph)].map(([name, next]) => [
      name,
      new Set([...next].filter((to) => graph.nodes[to]?.visits === undefined)),
    ]),
  )
  const names = Object.keys(graph.nodes).filter((name) => graph.nodes[name]?.visits === undefined)
  const looping = names.filter((name) => reach([...(after.get(name) ?? [])], after).has(name))
  if (looping.length === 0) return []
  return [`a loop has no bound: give one of ${looping.join(', ')} \`visits\`, or the graph \`steps\``]
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1
}

function known(nodes: GraphParts['nodes']): string {
  const names = Object.keys(nodes)
  return names.length === 0 ? '' : `: there are ${names.slice(0, 20).join(', ')}`
}
