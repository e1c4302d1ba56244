import type { JsonValue } from '@keepup/core'

import type { Template, TemplateParameter } from '../schema/template.ts'
import { templateFormat } from '../schema/template.ts'
import { blockKinds, inputBlocks, structuralBlocks } from './block-kinds.ts'
import { blockTitle, own, slugOf } from './block-name.ts'
import type { BlockPlan, PlannedBlock } from './block-plan.ts'
import { celPath, celPathOrNull, literalValue } from './cel-text.ts'
import type { ImportSession } from './convert-graph.ts'
import type { ExportedLink, ExportedNode } from './export-shape.ts'
import { findLoops, isItemLink, type Loop } from './find-loops.ts'
import { autogptPrefix } from './functions/autogpt-functions.ts'
import { joinUnits } from './join-units.ts'
import { pinPath, putAt } from './pin-path.ts'
import { planAgent } from './plan-agent.ts'
import { missingPlan } from './plan-function.ts'
import type { Inlet, Unit, Wire } from './scope-unit.ts'

/** Blocks that become one template: a whole graph, or what runs for each item of a list. */
export interface Scope {
  readonly session: ImportSession
  /** The name of the template. */
  readonly name: string
  /** The names of the nodes around it, each followed by `/`, for the report. */
  readonly prefix: string
  readonly members: readonly ExportedNode[]
  readonly links: readonly ExportedLink[]
  readonly names: ReadonlyMap<string, string>
  readonly parameters: Readonly<Record<string, TemplateParameter>>
  /** The way to the value of a link from a block outside, from `input`. */
  outside(link: ExportedLink): readonly (string | number)[] | undefined
}

/** A value that a graph gives. `read`: its expression, from `state` or from the output of a loop. */
export interface ScopeOutput {
  readonly name: string
  read(root: string): string
}

/** What a scope came to. */
export interface ConvertedScope {
  readonly template: Template
  readonly outputs: readonly ScopeOutput[]
}

/** Makes a template of blocks. */
export function convertScope(scope: Scope): ConvertedScope {
  const { loops, refused } = findLoops(scope.members, scope.links)
  const inLoops = new Set(loops.flatMap(({ region }) => [...region]))
  const outer = scope.members.filter(({ id }) => !inLoops.has(id))
  const graphs: Record<string, Template> = {}
  const outputs: ScopeOutput[] = []
  const wires = wireReader(scope, loops, refused)
  const units = outer.map((node) => blockUnit(scope, node, wires, loops, graphs, outputs))
  for (const loop of loops) units.push(loopUnit(scope, loop, wires, graphs, outputs))
  const { nodes, edges, channels, idle, hasCycle } = joinUnits(units)
  for (const id of idle.flatMap(({ ids }) => ids)) scope.session.dropped(id, idleReason(scope, id, refused))
  if (hasCycle) {
    scope.session.note(
      'ways that lead back: an input holds one value, not a queue, and a run ends after 1,000 steps',
    )
  }
  const template: Template = {
    keepup: templateFormat,
    name: scope.name,
    ...(Object.keys(scope.parameters).length === 0 ? {} : { parameters: scope.parameters }),
    ...(Object.keys(channels).length === 0 ? {} : { channels }),
    ...(Object.keys(graphs).length === 0 ? {} : { graphs }),
    nodes,
    edges,
    ...(hasCycle ? { limits: { steps: 1_000 } } : {}),
  }
  return { template, outputs: outputs.filter(({ name }) => !idle.some((unit) => unit.name === name)) }
}

function idleReason({ links, members }: Scope, id: string, refused: ReadonlySet<string>): string {
  const isFed = links.some(({ sink_id, source_id }) => sink_id === id && refused.has(source_id))
  if (isFed) return 'runs for each item of a list that its own results feed, which a map cannot do'
  return members.some((node) => node.id === id)
    ? 'never runs: an input that it waits for never comes'
    : 'never runs'
}

/** Reads where the value of a link comes from. */
type ReadWire = (link: ExportedLink) => Wire | undefined

function wireReader(scope: Scope, loops: readonly Loop[], refused: ReadonlySet<string>): ReadWire {
  const members = new Map(scope.members.map((node) => [node.id, node]))
  return (link) => {
    const { pin, path } = pinPath(link.source_name)
    const source = members.get(link.source_id)
    const isStatic = link.is_static
    if (source === undefined) {
      const way = scope.outside(link)
      return way === undefined ? undefined : { path: [...way, ...path], pin, isStatic: true }
    }
    const name = scope.names.get(source.id) ?? ''
    const loop = loops.find(({ region }) => region.has(source.id))
    if (loop !== undefined) {
      const each = eachName(scope, loop)
      const inner = celPathOrNull('r', [name, pin, ...path])
      return {
        from: each,
        path: [each],
        pin: each,
        isStatic,
        expression: `state.${each}.map(r, ${inner}).filter(r, r != null)`,
      }
    }
    if (
      isItemLink(link, source) &&
      (refused.has(source.id) || loops.some(({ iterator }) => iterator.id === source.id))
    ) {
      // Items come one after the other: only a loop can take them.
      const into = loops.find(
        ({ iterator, collectors }) => iterator.id === source.id && collectors.has(link.sink_id),
      )
      if (into === undefined) return { from: 'never', path: [], pin, isStatic }
      const { list, part } = itemOf(source, pin)
      const items = celPath('state', [name, list])
      return {
        from: name,
        path: [name, list],
        pin: list,
        isStatic,
        expression: part === 'whole' ? items : `${items}.map(r, r.${part})`,
      }
    }
    return { from: name, path: [name, pin, ...path], pin, isStatic }
  }
}

function itemOf(
  iterator: ExportedNode,
  pin: string,
): { readonly list: string; readonly part: 'item' | 'key' | 'whole' } {
  const iterates = own(blockKinds, iterator.block_id)?.iterates
  return { list: iterates?.list ?? 'items', part: iterates?.pins[pin] ?? 'whole' }
}

function eachName({ names }: Scope, { iterator }: Loop): string {
  return `${names.get(iterator.id) ?? ''}_each`
}

function inletsOf(links: readonly ExportedLink[], wires: ReadWire): readonly Inlet[] {
  const groups = Map.groupBy(links, ({ sink_name }) => sink_name)
  return [...groups].map(([name, group]) => ({ name, wires: group.flatMap((link) => wires(link) ?? []) }))
}

function blockUnit(
  scope: Scope,
  node: ExportedNode,
  wires: ReadWire,
  loops: readonly Loop[],
  graphs: Record<string, Template>,
  outputs: ScopeOutput[],
): Unit {
  const { session, links, names } = scope
  const name = names.get(node.id) ?? ''
  const collects = loops.some(({ collectors }) => collectors.has(node.id))
  const incoming = links.filter(
    ({ sink_id, source_id }) => sink_id === node.id && !(collects && source_id === node.id),
  )
  if (node.block_id === structuralBlocks.output) {
    const title = typeof node.input_default['name'] === 'string' ? node.input_default['name'] : name
    outputs.push({ name: title, read: (root) => celPathOrNull(root, [name, 'output']) })
  }
  return {
    name,
    ids: [node.id],
    initial: {},
    inlets: inletsOf(incoming, wires),
    build(inputs) {
      const block = plannedBlock(node, name, inputs)
      const plan = collects ? collectPlan(block) : planOf(session, block, graphs)
      session.planned(node, `${scope.prefix}${name}`, plan)
      return { node: plan.node, certain: plan.certain }
    },
  }
}

function plannedBlock(node: ExportedNode, name: string, inputs: ReadonlyMap<string, string>): PlannedBlock {
  const values: Record<string, JsonValue> = {}
  for (const [pin, value] of Object.entries(node.input_default)) values[pin] = literalValue(value)
  for (const [inlet, expression] of inputs) {
    const { pin, path } = pinPath(inlet)
    values[pin] = putAt(values[pin], path, `{{ ${expression} }}`)
  }
  const linked = new Set(
    [...inputs.keys()].map(pinPath).flatMap(({ pin, path }) => (path.length === 0 ? [pin] : [])),
  )
  return { node, name, inputs: values, linked }
}

/** What adding to a list item by item comes to, all at once. */
function collectPlan({ name, inputs }: PlannedBlock): BlockPlan {
  const { list = [], entry } = inputs
  return {
    node: {
      kind: 'function',
      function: `${autogptPrefix}collect_list`,
      with: { list, ...(entry === undefined ? {} : { entries: entry }) },
      update: { [name]: '{{ result }}' },
    },
    as: `function ${autogptPrefix}collect_list`,
    certain: ['updated_list'],
    notes: [
      'adds all results at once when the last item is done: what follows runs once, with the whole list',
    ],
  }
}

function planOf(session: ImportSession, block: PlannedBlock, graphs: Record<string, Template>): BlockPlan {
  const { node } = block
  if (node.block_id === structuralBlocks.output) return outputPlan(block)
  if (node.block_id === structuralBlocks.agent) return planAgent(block, session, graphs)
  const kind = own(blockKinds, node.block_id)
  const title = blockTitle(node)
  if (kind?.plan !== undefined) return kind.plan(block)
  const slug = kind === undefined ? `block_${node.block_id.slice(0, 8)}` : slugOf(title)
  return missingPlan(block, slug, kind?.why ?? 'has no counterpart')
}

function outputPlan({ name, inputs }: PlannedBlock): BlockPlan {
  const { value = null, format, name: title } = inputs
  const key = typeof title === 'string' ? title : name
  const notes: readonly string[] = []
  if (typeof format === 'string' && format !== '') {
    const called = `${autogptPrefix}fill_text_template`
    const update = { [name]: '{{ result }}' }
    return {
      node: { kind: 'function', function: called, with: { format, values: { [key]: value } }, update },
      as: `output, by function ${called}`,
      certain: ['output'],
      notes,
    }
  }
  return {
    node: { kind: 'set', update: { [name]: { output: value } } },
    as: 'output',
    certain: ['output'],
    notes,
  }
}

/** A loop as a map over a graph within. */
function loopUnit(
  scope: Scope,
  loop: Loop,
  wires: ReadWire,
  graphs: Record<string, Template>,
  outputs: ScopeOutput[],
): Unit {
  const { iterator, region } = loop
  const name = eachName(scope, loop)
  const from = scope.names.get(iterator.id) ?? ''
  const isInside = ({ source_id, source_name }: ExportedLink): boolean =>
    region.has(source_id) ||
    (source_id === iterator.id &&
      own(blockKinds, iterator.block_id)?.iterates?.pins[pinPath(source_name).pin] !== undefined)
  const entering = scope.links.filter((link) => region.has(link.sink_id) && !isInside(link))
  const passed = new Map(entering.map((link) => [`${link.source_id} ${link.source_name}`, link]))
  const parameters = new Map([...passed.keys()].map((key, index) => [key, `given_${index}`]))
  const inner = convertScope({
    ...scope,
    name: `${from}_loop`,
    prefix: `${scope.prefix}${name}/`,
    members: scope.members.filter(({ id }) => region.has(id)),
    parameters: {
      item: { default: null },
      key: { default: null },
      ...Object.fromEntries([...parameters.values()].map((parameter) => [parameter, { default: null }])),
    },
    outside(link) {
      if (link.source_id === iterator.id && isItemLink(link, iterator))
        return [itemOf(iterator, pinPath(link.source_name).pin).part === 'key' ? 'key' : 'item']
      const parameter = parameters.get(`${link.source_id} ${link.source_name}`)
      return parameter === undefined ? undefined : [parameter]
    },
  })
  const channels = Object.keys(inner.template.channels ?? {}).filter((channel) => !/_in_\d+$/.test(channel))
  graphs[`${from}_loop`] = {
    ...inner.template,
    output: Object.fromEntries(channels.map((channel) => [channel, `{{ state.${channel} }}`])),
  }
  for (const output of inner.outputs) {
    outputs.push({
      name: output.name,
      read: (root) =>
        `${celPathOrNull(root, [name])} == null ? [] : ${celPath(root, [name])}.map(r, ${output.read('r')}).filter(r, r != null)`,
    })
  }
  const { list, part } = itemOf(
    iterator,
    Object.keys(own(blockKinds, iterator.block_id)?.iterates?.pins ?? {})[0] ?? '',
  )
  const items: Inlet = { name: 'items', wires: [{ from, path: [from, list], pin: list, isStatic: false }] }
  const given = [...passed].flatMap(([key, link]): readonly Inlet[] => {
    const wire = wires(link)
    return wire === undefined
      ? []
      : [
          {
            name: parameters.get(key) ?? '',
            wires: [
              { ...wire, path: wire.path.slice(0, wire.path.length - pinPath(link.source_name).path.length) },
            ],
          },
        ]
  })
  return {
    name,
    ids: [...region],
    initial: null,
    inlets: [items, ...given],
    build: (inputs) => ({
      certain: [name],
      node: {
        kind: 'map',
        over: inputs.get('items') ?? '[]',
        do: {
          kind: 'graph',
          graph: `${from}_loop`,
          with: {
            item: part === 'whole' ? '{{ item }}' : '{{ item.item }}',
            key: part === 'whole' ? '{{ index }}' : '{{ item.key }}',
            ...Object.fromEntries(
              [...inputs]
                .filter(([inlet]) => inlet !== 'items')
                .map(([inlet, expression]) => [inlet, `{{ ${expression} }}`]),
            ),
          },
        },
        update: { [name]: '{{ result }}' },
      },
    }),
  }
}

/** A text for the report: inputs are parameters, notes are nothing. */
export function isStep({ block_id: id }: ExportedNode): boolean {
  return !Object.hasOwn(inputBlocks, id) && id !== structuralBlocks.note
}

/** The `output` of a template: what its output blocks give, by name. Of several with one name, the first that gave something. */
export function outputOf(outputs: readonly ScopeOutput[]): JsonValue {
  const groups = Map.groupBy(outputs, ({ name }) => name)
  const entries = [...groups].map(([name, group]): readonly [string, string] => {
    const [first, ...others] = group.map(({ read }) => `(${read('state')})`)
    const whole = others.reduce(
      (chosen, other) => `dyn(${chosen} != null ? dyn(${chosen}) : dyn(${other}))`,
      first ?? 'null',
    )
    return [name, `{{ ${whole} }}`]
  })
  return Object.fromEntries(entries)
}
