import type { JsonValue } from '@keepup/core'

import type { Template } from '../schema/template.ts'
import { blockKinds } from './block-kinds.ts'
import { own } from './block-name.ts'
import { celPath, celPathOrNull } from './cel-text.ts'
import type { ExportedLink } from './export-shape.ts'
import { isItemLink, type Loop } from './find-loops.ts'
import { pinPath } from './pin-path.ts'
import type { BuiltUnit, Inlet, Unit } from './scope-unit.ts'
import { eachName, itemOf, type ReadWire } from './scope-wires.ts'
import type { ConvertedScope, Scope, ScopeOutput } from './scope.ts'

/** What a loop is made into, and with what. */
export interface LoopParts {
  readonly scope: Scope
  readonly loop: Loop
  readonly wires: ReadWire
  /** Where the graph within is put. */
  readonly graphs: Record<string, Template>
  /** Where its outputs are put. */
  readonly outputs: ScopeOutput[]
  readonly convert: (scope: Scope) => ConvertedScope
}

/** A loop as a map over a graph within. */
export function loopUnit(parts: LoopParts): Unit {
  const { scope, loop, wires } = parts
  const { iterator, region } = loop
  const name = eachName(scope, loop)
  const from = scope.names.get(iterator.id) ?? ''
  const passed = passedLinks(parts)
  const parameters = new Map([...passed.keys()].map((key, index) => [key, `given_${index}`]))
  addInner(parts, name, parameters)
  const pins = own(blockKinds, iterator.block_id)?.iterates?.pins ?? {}
  const { list, part } = itemOf(iterator, Object.keys(pins)[0] ?? '')
  const items: Inlet = { name: 'items', wires: [{ from, path: [from, list], pin: list, isStatic: false }] }
  const given = [...passed].flatMap(([key, link]): readonly Inlet[] => {
    const wire = wires(link)
    if (wire === undefined) return []
    // The way into the value is gone inside.
    const path = wire.path.slice(0, wire.path.length - pinPath(link.source_name).path.length)
    return [{ name: parameters.get(key) ?? '', wires: [{ ...wire, path }] }]
  })
  return {
    name,
    ids: [...region],
    initial: null,
    inlets: [items, ...given],
    build: (inputs) => mapNode(name, `${from}_loop`, part === 'whole', inputs),
  }
}

/** The links that lead into a loop from elsewhere, by where they come from. */
function passedLinks({ scope, loop: { iterator, region } }: LoopParts): ReadonlyMap<string, ExportedLink> {
  const entering = scope.links.filter(
    (link) =>
      region.has(link.sink_id) &&
      !region.has(link.source_id) &&
      !(link.source_id === iterator.id && isItemLink(link, iterator)),
  )
  return new Map(entering.map((link) => [sourceKey(link), link]))
}

function sourceKey({ source_id: id, source_name: name }: ExportedLink): string {
  return `${id} ${name}`
}

/** Makes the graph that runs for each item. */
function addInner(
  { scope, loop: { iterator, region }, graphs, outputs, convert }: LoopParts,
  name: string,
  parameters: ReadonlyMap<string, string>,
): void {
  const graph = `${scope.names.get(iterator.id) ?? ''}_loop`
  const inner = convert({
    ...scope,
    name: graph,
    prefix: `${scope.prefix}${name}/`,
    members: scope.members.filter(({ id }) => region.has(id)),
    parameters: Object.fromEntries(
      ['item', 'key', ...parameters.values()].map((parameter) => [parameter, { default: null }]),
    ),
    outside(link) {
      if (link.source_id === iterator.id && isItemLink(link, iterator)) {
        return [itemOf(iterator, pinPath(link.source_name).pin).part === 'key' ? 'key' : 'item']
      }
      const parameter = parameters.get(sourceKey(link))
      return parameter === undefined ? undefined : [parameter]
    },
  })
  // Channels that only lead values to an input are nobody's business outside.
  const channels = Object.keys(inner.template.channels ?? {}).filter((channel) => !/_in_\d+$/.test(channel))
  const output = Object.fromEntries(channels.map((channel) => [channel, `{{ state.${channel} }}`]))
  graphs[graph] = { ...inner.template, output }
  for (const { name: title, read } of inner.outputs) {
    outputs.push({
      name: title,
      read: (root) =>
        `${celPathOrNull(root, [name])} == null ? [] : ${celPath(root, [name])}.map(r, ${read('r')}).filter(r, r != null)`,
    })
  }
}

function mapNode(
  name: string,
  graph: string,
  isWhole: boolean,
  inputs: ReadonlyMap<string, string>,
): BuiltUnit {
  const given = [...inputs].filter(([inlet]) => inlet !== 'items')
  const passed: Readonly<Record<string, JsonValue>> = Object.fromEntries(
    given.map(([inlet, expression]) => [inlet, `{{ ${expression} }}`]),
  )
  const item = isWhole
    ? { item: '{{ item }}', key: '{{ index }}' }
    : { item: '{{ item.item }}', key: '{{ item.key }}' }
  return {
    certain: [name],
    node: {
      kind: 'map',
      over: inputs.get('items') ?? '[]',
      do: { kind: 'graph', graph, with: { ...item, ...passed } },
      update: { [name]: '{{ result }}' },
    },
  }
}
