import type { JsonValue } from '@keepup/core'

import { type Template, templateFormat } from '../schema/template.ts'
import { blockKinds, inputBlocks, structuralBlocks } from './block-kinds.ts'
import { blockTitle, own, slugOf } from './block-name.ts'
import type { BlockPlan, PlannedBlock } from './block-plan.ts'
import { celPathOrNull, literalValue } from './cel-text.ts'
import type { ExportedNode } from './export-shape.ts'
import { findLoops, type Loop } from './find-loops.ts'
import { autogptPrefix } from './functions/autogpt-functions.ts'
import type { ImportSession } from './import-session.ts'
import { joinUnits } from './join-units.ts'
import { loopUnit } from './loop-unit.ts'
import { pinPath, putAt } from './pin-path.ts'
import { planAgent } from './plan-agent.ts'
import { missingPlan } from './plan-function.ts'
import type { Unit } from './scope-unit.ts'
import { inletsOf, type ReadWire, wireReader } from './scope-wires.ts'
import type { ConvertedScope, Scope, ScopeOutput } from './scope.ts'

/** Makes a template of blocks. */
export function convertScope(scope: Scope): ConvertedScope {
  const { loops, refused } = findLoops(scope.members, scope.links)
  const inLoops = new Set(loops.flatMap(({ region }) => [...region]))
  const outer = scope.members.filter(({ id }) => !inLoops.has(id))
  const graphs: Record<string, Template> = {}
  const outputs: ScopeOutput[] = []
  const wires = wireReader(scope, loops, refused)
  const units = outer.map((node) => blockUnit(scope, node, wires, loops, graphs, outputs))
  for (const loop of loops)
    units.push(loopUnit({ scope, loop, wires, graphs, outputs, convert: convertScope }))
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

/** Whether a block becomes a node: inputs are parameters, notes are nothing. */
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
