import type { TemplateNode, TemplateStep, UpdateText } from '../schema/template-node.ts'
import type { TemplateEdge } from '../schema/template.ts'
import type { CheckContext } from './context.ts'
import { knownNames } from './nearest-name.ts'

/** Checks that everything that is named exists: nodes, channels, agents, graphs. */
export function checkNames(context: CheckContext): void {
  const { template } = context.unit
  for (const name of ['start', 'end'].filter((reserved) => context.nodes.has(reserved))) {
    context.note(['nodes', name], 'is a name of its own', 'call the node something else', { key: true })
  }
  for (const [index, edge] of template.edges.entries()) checkEdge(context, edge, ['edges', index])
  for (const [name, node] of Object.entries(template.nodes)) checkNode(context, node, ['nodes', name])
}

function checkEdge(context: CheckContext, edge: TemplateEdge, path: readonly PropertyKey[]): void {
  for (const { name, place } of namesAt(edge.from, [...path, 'from'])) checkSource(context, name, place, edge)
  for (const { name, place } of namesAt(edge.to, [...path, 'to'])) {
    if (name === 'start') context.note(place, 'is "start"', 'name a node')
    else if (name !== 'end') checkTarget(context, name, place)
  }
  checkTerms(context, edge, path)
}

/** The names of one end of an edge, each with its place. */
function namesAt(
  names: string | readonly string[],
  path: readonly PropertyKey[],
): readonly { readonly name: string; readonly place: readonly PropertyKey[] }[] {
  if (typeof names === 'string') return [{ name: names, place: path }]
  return names.map((name, index) => ({ name, place: [...path, index] }))
}

function hasCondition({ when, otherwise }: TemplateEdge): boolean {
  return when !== undefined || otherwise === true
}

function checkSource(
  context: CheckContext,
  name: string,
  place: readonly PropertyKey[],
  edge: TemplateEdge,
): void {
  if (name !== 'start') checkTarget(context, name, place)
  else if (typeof edge.from !== 'string') {
    context.note(place, 'is "start"', 'leave it out: the others wait for it anyhow')
  } else if (hasCondition(edge) || edge.on !== undefined) {
    context.note(place, 'is "start", which leads on always', 'put the condition into a condition node')
  }
}

/** What an edge says must fit together. */
function checkTerms({ note }: CheckContext, edge: TemplateEdge, path: readonly PropertyKey[]): void {
  if (edge.when !== undefined && edge.otherwise === true) {
    note([...path, 'otherwise'], 'stands beside `when`', 'make two edges of it')
  }
  if (typeof edge.from !== 'string' && (hasCondition(edge) || edge.on === 'error')) {
    note(
      [...path, 'from'],
      'joins several nodes under a condition',
      'join them at a node, and decide after it',
    )
  }
  if (edge.on === 'error' && hasCondition(edge)) {
    note([...path, 'on'], 'stands beside a condition', 'lead the error to a condition node')
  }
}

function checkTarget({ nodes, note }: CheckContext, name: string, path: readonly PropertyKey[]): void {
  if (!nodes.has(name))
    note(path, `names the node "${name}", which does not exist`, knownNames(name, nodes, 'node'))
}

function checkNode(context: CheckContext, node: TemplateNode, path: readonly PropertyKey[]): void {
  if (node.otherwise !== undefined) {
    if (node.otherwise !== 'end') checkTarget(context, node.otherwise, [...path, 'otherwise'])
    if (node.visits === undefined) {
      context.note([...path, 'otherwise'], 'says where to go, but not after how many visits', 'add visits')
    }
  }
  switch (node.kind) {
    case 'condition':
      for (const [index, { to }] of node.cases.entries()) {
        if (to !== 'end') checkTarget(context, to, [...path, 'cases', index, 'to'])
      }
      if (node.else !== 'end') checkTarget(context, node.else, [...path, 'else'])
      return
    case 'map':
      checkUpdate(context, node.update, path)
      checkStep(context, node.do, [...path, 'do'])
      return
    case 'set':
      checkUpdate(context, node.update, path)
      return
    default:
      checkStep(context, node, path)
  }
}

function checkStep(context: CheckContext, step: TemplateStep, path: readonly PropertyKey[]): void {
  const { note, unit } = context
  if (step.kind === 'agent' && !unit.agents.has(step.agent)) {
    const fix = knownNames(step.agent, unit.agents.keys(), 'agent')
    note([...path, 'agent'], `names the agent "${step.agent}", which does not exist`, fix)
  }
  if (step.kind === 'graph') checkGraphCall(context, step, path)
  if (step.kind === 'wait') checkWait(context, step, path)
  if ('update' in step) checkUpdate(context, step.update, path)
}

function checkWait(
  context: CheckContext,
  step: Extract<TemplateStep, { kind: 'wait' }>,
  path: readonly PropertyKey[],
): void {
  const { note } = context
  const { within, until } = step
  const isOpen = within === undefined && until === undefined
  if (within !== undefined && until !== undefined)
    note([...path, 'within'], 'stands beside until', 'keep one of them')
  if (step.for === 'time') {
    if (isOpen) note(path, 'waits for a time, but for none', 'add within or until')
    return
  }
  if (step.late === undefined) return
  checkUpdate(context, step.late, path, 'late')
  if (isOpen)
    note([...path, 'late'], 'says what to do when it is late, but not when that is', 'add within or until')
}

function checkGraphCall(
  { note, unit }: CheckContext,
  step: Extract<TemplateStep, { kind: 'graph' }>,
  path: readonly PropertyKey[],
): void {
  const inner = unit.graphs.get(step.graph)
  if (inner === undefined) {
    const fix = knownNames(step.graph, unit.graphs.keys(), 'graph')
    note([...path, 'graph'], `names the graph "${step.graph}", which does not exist`, fix)
    return
  }
  const parameters = inner.template.parameters ?? {}
  for (const [name, parameter] of Object.entries(parameters)) {
    if (parameter.default === undefined && !Object.hasOwn(step.with ?? {}, name)) {
      note(
        [...path, 'with'],
        `does not give "${name}", which ${step.graph} needs`,
        `add ${name}, or give it a default`,
      )
    }
  }
  for (const name of Object.keys(step.with ?? {}).filter((given) => !Object.hasOwn(parameters, given))) {
    note(
      [...path, 'with', name],
      `is no parameter of ${step.graph}`,
      knownNames(name, Object.keys(parameters), 'parameter'),
      {
        key: true,
      },
    )
  }
}

function checkUpdate(
  { note, unit }: CheckContext,
  update: UpdateText | undefined,
  path: readonly PropertyKey[],
  field = 'update',
): void {
  const channels = unit.template.channels ?? {}
  const names = update === undefined ? [] : typeof update === 'string' ? [update] : Object.keys(update)
  for (const name of names.filter((channel) => !Object.hasOwn(channels, channel))) {
    const place = typeof update === 'string' ? [...path, field] : [...path, field, name]
    note(
      place,
      `names the channel "${name}", which does not exist`,
      knownNames(name, Object.keys(channels), 'channel'),
      {
        key: typeof update !== 'string',
      },
    )
  }
}
