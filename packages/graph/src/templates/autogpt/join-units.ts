import type { JsonValue } from '@keepup/core'

import type { TemplateNode } from '../schema/template-node.ts'
import type { TemplateChannel, TemplateEdge } from '../schema/template.ts'
import { type BuiltUnit, type Unit, type Wire, wirePresence, wireValue } from './scope-unit.ts'

/** The parts of a template that units come to. */
export interface JoinedUnits {
  readonly nodes: Readonly<Record<string, TemplateNode>>
  readonly edges: readonly TemplateEdge[]
  readonly channels: Readonly<Record<string, TemplateChannel>>
  /** Units that nothing ever leads to. */
  readonly idle: readonly Unit[]
  /** Whether some way leads back. */
  readonly hasCycle: boolean
}

/** A value on its way to an input that several lead to, or that is used up: a node of its own puts it into a channel. */
interface Feed {
  readonly node: string
  readonly channel: string
  readonly wire: Wire
}

interface Joining {
  readonly unit: Unit
  readonly built: BuiltUnit
  readonly feeds: readonly Feed[]
  /** Inputs that are read where they are. */
  readonly direct: readonly Wire[]
  readonly isInCycle: boolean
}

/**
 * Makes nodes of units and leads them to each other, so that a unit runs once all its inputs are there: the rule of AutoGPT, by conditions over the state. In cycles an
 * input is used up when its unit runs, and holds one value, not a queue.
 */
export function joinUnits(units: readonly Unit[]): JoinedUnits {
  const running = runnable(units)
  const kept = units.filter(({ name }) => running.has(name)).map((unit) => withoutIdle(unit, running))
  const cycles = inCycles(kept)
  const joined = kept.map((unit) => join(unit, cycles.has(unit.name)))
  const built = new Map(joined.map(({ unit, built: { certain } }) => [unit.name, certain]))
  const isCertain = (wire: Wire): boolean =>
    wire.from === undefined || (wire.path.length <= 2 && (built.get(wire.from)?.includes(wire.pin) ?? false))
  return {
    nodes: Object.fromEntries([...joined.flatMap(nodesOf), ...failing(joined).map(failureNode)]),
    edges: withFailures(joined, edgesOf(joined, isCertain)),
    channels: Object.fromEntries(joined.flatMap(channelsOf)),
    idle: units.filter(({ name }) => !running.has(name)),
    hasCycle: cycles.size > 0,
  }
}

/** The units that can ever run: each of their inputs has something that can. */
function runnable(units: readonly Unit[]): ReadonlySet<string> {
  const running = new Set<string>()
  for (let before = -1; before < running.size;) {
    before = running.size
    for (const { name, inlets } of units) {
      const isFed = inlets.every(({ wires }) =>
        wires.some(({ from }) => from === undefined || running.has(from)),
      )
      if (isFed) running.add(name)
    }
  }
  return running
}

function withoutIdle(unit: Unit, running: ReadonlySet<string>): Unit {
  const inlets = unit.inlets.map(({ name, wires }) => ({
    name,
    wires: wires.filter(({ from }) => from === undefined || running.has(from)),
  }))
  return { ...unit, inlets, build: (inputs) => unit.build(inputs) }
}

function inCycles(units: readonly Unit[]): ReadonlySet<string> {
  const after = new Map<string, Set<string>>()
  for (const { name, inlets } of units) {
    for (const { from } of inlets.flatMap(({ wires }) => wires)) {
      if (from !== undefined) after.set(from, (after.get(from) ?? new Set()).add(name))
    }
  }
  const leadsBack = (name: string): boolean => {
    const seen = new Set(after.get(name))
    for (const next of seen) for (const further of after.get(next) ?? []) seen.add(further)
    return seen.has(name)
  }
  return new Set(units.map(({ name }) => name).filter(leadsBack))
}

function join(unit: Unit, isInCycle: boolean): Joining {
  const inputs = new Map<string, string>()
  const feeds: Feed[] = []
  const direct: Wire[] = []
  for (const [index, { name, wires }] of unit.inlets.entries()) {
    const [only] = wires
    const isUsedUp = isInCycle && wires.some(({ from, isStatic }) => from !== undefined && !isStatic)
    if (only !== undefined && wires.length === 1 && !isUsedUp) {
      inputs.set(name, wireValue(only))
      direct.push(only)
      continue
    }
    const channel = `${unit.name}_in_${index}`
    inputs.set(name, `state.${channel}`)
    feeds.push(...wires.map((wire, number) => ({ node: `${channel}_${number}`, channel, wire })))
  }
  return { unit, built: unit.build(inputs), feeds, direct, isInCycle }
}

function nodesOf({
  unit,
  built: { node },
  feeds,
  isInCycle,
}: Joining): readonly (readonly [string, TemplateNode])[] {
  const used = isInCycle
    ? [...new Set(feeds.filter(({ wire }) => !wire.isStatic).map(({ channel }) => channel))]
    : []
  const cleared = Object.fromEntries(used.map((channel) => [channel, null]))
  const update =
    'update' in node && typeof node.update === 'object' ? { ...node.update, ...cleared } : undefined
  return [
    [unit.name, update === undefined ? node : ({ ...node, update } as TemplateNode)], // only a field that it has
    ...feeds.map(({ node: name, channel, wire }): readonly [string, TemplateNode] => [
      name,
      { kind: 'set', update: { [channel]: `{{ ${wireValue(wire)} }}` } },
    ]),
  ]
}

function channelsOf({ unit, feeds }: Joining): readonly (readonly [string, TemplateChannel])[] {
  const initial: JsonValue = unit.initial
  return [
    [unit.name, initial === null ? {} : { schema: { type: 'object' }, initial }],
    ...feeds.map(({ channel }): readonly [string, TemplateChannel] => [channel, {}]),
  ]
}

/** One edge from everything that a unit waits for, on condition that the rest is there. */
function edgesOf(joined: readonly Joining[], isCertain: (wire: Wire) => boolean): readonly TemplateEdge[] {
  const edges: TemplateEdge[] = []
  for (const { unit, feeds, direct } of joined) {
    for (const { node, wire } of feeds)
      edges.push(lead(wire.from, node, isCertain(wire) ? [] : [wirePresence(wire)]))
    const sources = new Set([...feeds.map(({ node }) => node), ...direct.flatMap(({ from }) => from ?? [])])
    if (sources.size === 0) edges.push({ from: 'start', to: unit.name })
    for (const source of sources) {
      const own = feeds.find(({ node }) => node === source)?.channel
      const others = [...new Set(feeds.map(({ channel }) => channel))].filter((channel) => channel !== own)
      const waits = direct.filter(
        (wire) => wire.from !== undefined && !(wire.from === source && isCertain(wire)),
      )
      edges.push(
        lead(source, unit.name, [
          ...others.map((channel) => `state.${channel} != null`),
          ...waits.map(wirePresence),
        ]),
      )
    }
  }
  return [...edges, ...endings(joined, edges)]
}

/** The units whose output `error` leads on. */
function failing(joined: readonly Joining[]): readonly string[] {
  const from = joined.flatMap(({ feeds, direct }) => [...feeds.map(({ wire }) => wire), ...direct])
  return [...new Set(from.flatMap((wire) => (wire.pin === 'error' ? (wire.from ?? []) : [])))]
}

/** A failure comes out at the output `error`, and the run goes on. */
function failureNode(name: string): readonly [string, TemplateNode] {
  return [`${name}_failed`, { kind: 'set', update: { [name]: { error: '{{ failure.message }}' } } }]
}

function withFailures(joined: readonly Joining[], edges: readonly TemplateEdge[]): readonly TemplateEdge[] {
  const names = failing(joined)
  const failed = names.flatMap((name): readonly TemplateEdge[] => [
    { from: name, to: `${name}_failed`, on: 'error' },
    // All that waits for something else than the error finds it missing.
    ...edges
      .filter(({ from, when, otherwise }) => from === name && (when !== undefined || otherwise === true))
      .map((edge) => ({ ...edge, from: `${name}_failed` })),
  ])
  return [...edges, ...failed]
}

function lead(from: string | undefined, to: string, conditions: readonly string[]): TemplateEdge {
  const when = [...new Set(conditions)].join(' && ')
  return { from: from ?? 'start', to, ...(when === '' ? {} : { when }) }
}

/** Branches end where nothing leads on, or where no condition holds. */
function endings(joined: readonly Joining[], edges: readonly TemplateEdge[]): readonly TemplateEdge[] {
  const names = joined.flatMap(({ unit, feeds }) => [unit.name, ...feeds.map(({ node }) => node)])
  return names.flatMap((name): readonly TemplateEdge[] => {
    const own = edges.filter(({ from }) => from === name)
    if (own.length === 0) return [{ from: name, to: 'end' }]
    return own.some(({ when }) => when !== undefined) ? [{ from: name, to: 'end', otherwise: true }] : []
  })
}
