import type { TemplateNode } from '../schema/template-node.ts'
import type { CheckContext } from './context.ts'

/** Where each node leads, and each way of the template by its place. */
interface Flow {
  /** The nodes that a node may lead to; `start` and `end` too. */
  readonly next: ReadonlyMap<string, ReadonlySet<string>>
  /** Whether something leads on where the node succeeds. */
  readonly leads: ReadonlySet<string>
}

/** Checks the ways through a template: all nodes can be reached, none is a dead end, every loop has a bound. */
export function checkFlow(context: CheckContext): void {
  const flow = flowOf(context)
  const { template } = context.unit
  if (!flow.leads.has('start')) {
    context.note(['edges'], 'leads nowhere from "start"', 'add an edge from start to the first node')
    return
  }
  const reached = reach('start', flow.next)
  for (const name of Object.keys(template.nodes).filter((node) => !reached.has(node))) {
    context.note(['nodes', name], 'is never reached', 'add an edge to it, or remove it', { key: true })
  }
  for (const [name, node] of Object.entries(template.nodes)) {
    if (!flow.leads.has(name) && node.kind !== 'condition') {
      context.note(
        ['nodes', name],
        'is a dead end',
        `add an edge from ${name}, to "end" where the branch ends`,
        { key: true },
      )
    }
    checkConditions(context, name, node)
  }
  if (template.limits?.steps === undefined) checkLoops(context, flow)
}

function flowOf({ unit: { template, broken } }: CheckContext): Flow {
  const next = new Map<string, Set<string>>()
  const leads = new Set<string>(broken)
  const lead = (from: string, to: string): void => {
    next.set(from, (next.get(from) ?? new Set()).add(to))
  }
  for (const { from, to, on } of template.edges) {
    for (const source of typeof from === 'string' ? [from] : from) {
      if (on !== 'error') leads.add(source)
      for (const target of typeof to === 'string' ? [to] : to) lead(source, target)
    }
  }
  for (const [name, node] of Object.entries(template.nodes)) {
    if (node.otherwise !== undefined) lead(name, node.otherwise)
    if (node.kind === 'condition')
      for (const to of [...node.cases.map((each) => each.to), node.else]) lead(name, to)
  }
  return { next, leads }
}

function reach(
  from: string,
  next: Flow['next'],
  allowed: (node: string) => boolean = () => true,
): Set<string> {
  const reached = new Set<string>()
  const left = [from]
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    for (const target of next.get(node) ?? []) {
      if (reached.has(target) || !allowed(target)) continue
      reached.add(target)
      left.push(target)
    }
  }
  return reached
}

/** Edges with conditions need one for the case that none holds, so that no branch ends by surprise. */
function checkConditions({ note, unit: { template } }: CheckContext, name: string, node: TemplateNode): void {
  const edges = [...template.edges.entries()].filter(([, { from, on }]) => from === name && on !== 'error')
  if (node.kind === 'condition') {
    for (const [index] of edges)
      note(['edges', index, 'from'], 'is a condition, which decides itself where to go', 'remove the edge')
    return
  }
  const conditional = edges.filter(([, { when }]) => when !== undefined)
  const otherwise = edges.filter(([, edge]) => edge.otherwise === true)
  const [first] = conditional
  if (first !== undefined && otherwise.length === 0) {
    note(
      ['edges', first[0]],
      'may not hold, and nothing says what then',
      `add { from: ${name}, to: end, otherwise: true }, or where it is to go`,
    )
  }
  if (first === undefined) {
    for (const [index] of otherwise)
      note(['edges', index, 'otherwise'], 'stands without an edge with `when`', 'remove otherwise')
  }
}

/** Every loop needs a node that counts its visits. One is named for each that has none. */
function checkLoops({ note, unit: { template } }: CheckContext, { next }: Flow): void {
  const bounded = (name: string): boolean => template.nodes[name]?.visits !== undefined
  const told = new Set<string>()
  for (const name of Object.keys(template.nodes)) {
    if (bounded(name) || told.has(name)) continue
    const loop = reach(name, next, (node) => !bounded(node))
    if (!loop.has(name)) continue
    const members = Object.keys(template.nodes).filter(
      (node) => loop.has(node) && reach(node, next, (other) => !bounded(other)).has(name),
    )
    for (const member of members) told.add(member)
    note(
      ['nodes', name],
      `is in a loop without a bound: ${shown(members)}`,
      `give one of them visits, or the file limits.steps`,
      {
        key: true,
      },
    )
  }
}

function shown(names: readonly string[]): string {
  return names.length > 10
    ? `${names.slice(0, 10).join(', ')} and ${names.length - 10} more`
    : names.join(', ')
}
