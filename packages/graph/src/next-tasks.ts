import { KeepupError } from '@keepup/core'

import type { ChannelUpdate, ChannelValues } from './channel.ts'
import { type Choice, type Edge, end, type Send } from './edge.ts'
import type { Held, NextTask, ScopeState, Task } from './graph-state.ts'
import type { Graph } from './graph.ts'

/** What follows a step. */
export interface Scheduled {
  readonly next: readonly NextTask[]
  /** Only where it changed. */
  readonly held?: Held
}

/** Where a step is on its way to. */
interface Plan {
  readonly next: NextTask[]
  /** Nodes that are to run without an input: once, however many edges lead there. */
  readonly named: Set<string>
  readonly joins: Map<string, readonly string[]>
}

/** The tasks after a step that has ended, from its tasks and the joined values. Pure but for the graph's routes, which promise to be. */
export function nextTasks(graph: Graph, scope: ScopeState, values: ChannelValues): Scheduled {
  const plan: Plan = { next: [], named: new Set(), joins: new Map(Object.entries(scope.held.joins)) }
  for (const task of scope.tasks) {
    for (const edge of graph.edgesFrom.get(task.node) ?? []) follow(plan, edge, task, values)
  }
  const bounded = withinBounds(graph, scope, plan.next)
  return deferred(graph, scope.held, bounded, Object.fromEntries(plan.joins))
}

function follow(plan: Plan, edge: Edge, task: Task, values: ChannelValues): void {
  if ((edge.type === 'error') !== (task.failure !== undefined)) return
  switch (edge.type) {
    case 'error':
      if (edge.to !== end) plan.next.push({ node: edge.to, ...(task.failure && { cause: task.failure }) })
      return
    case 'edge':
      return go(plan, edge.to)
    case 'join':
      return arrive(plan, edge, task.node)
    case 'route':
      for (const target of chosen(edge, values, task.update ?? {})) go(plan, target)
  }
}

function go(plan: Plan, target: string | Send): void {
  if (typeof target !== 'string') {
    plan.next.push({ node: target.node, input: target.input })
    return
  }
  if (target === end || plan.named.has(target)) return
  plan.named.add(target)
  plan.next.push(target)
}

function arrive(plan: Plan, { from, to }: Edge & { readonly type: 'join' }, node: string): void {
  const key = `${from.join('+')}>${to}`
  const there = new Set([...(plan.joins.get(key) ?? []), node])
  if (from.every((name) => there.has(name))) {
    plan.joins.delete(key)
    go(plan, to)
  } else plan.joins.set(key, [...there])
}

function chosen(
  edge: Edge & { readonly type: 'route' },
  values: ChannelValues,
  update: ChannelUpdate<ChannelValues>,
): readonly (string | Send)[] {
  const { from, to } = edge
  const choice: Choice = edge.choose(values, update)
  const targets: readonly (string | Send)[] = Array.isArray(choice) ? choice : [choice]
  for (const target of targets) {
    const name = isOne(target) ? nameOf(target) : undefined
    if (name !== undefined && to.includes(name)) continue
    const message = `The route from ${from} chose ${describe(target)}, but may choose only ${to.join(', ')}. Declare it among the route's targets.`
    throw new KeepupError('configuration-invalid', message, { details: { from, chosen: name ?? null } })
  }
  return targets
}

/** Routes of graphs from data may choose anything. */
function isOne(choice: unknown): choice is string | Send {
  return (
    typeof choice === 'string' ||
    (typeof choice === 'object' && choice !== null && 'node' in choice && typeof choice.node === 'string')
  )
}

function describe(target: unknown): string {
  return isOne(target) ? JSON.stringify(nameOf(target)) : `something that names no node (${typeof target})`
}

/** A node that ran as often as it may gives way to the one it names. Without one it stays: the run ends when it comes to it. */
function withinBounds(graph: Graph, { visits }: ScopeState, next: readonly NextTask[]): readonly NextTask[] {
  if (!next.some((task) => graph.nodes[nameOf(task)]?.otherwise !== undefined)) return next
  const count = new Map(Object.entries(visits))
  const kept = new Set<NextTask>()
  for (const task of next) {
    const given = afterBound(graph, count, task)
    const name = nameOf(given)
    if (name === end || kept.has(given)) continue
    kept.add(given)
    count.set(name, (count.get(name) ?? 0) + 1)
  }
  return [...kept]
}

/** The task, or what it gives way to. Nodes that give way to each other in a circle end it. */
function afterBound(graph: Graph, count: ReadonlyMap<string, number>, task: NextTask): NextTask {
  const seen = new Set<string>()
  for (let given = task; ;) {
    const name = nameOf(given)
    const { visits: most = Infinity, otherwise } = graph.nodes[name] ?? {}
    if (otherwise === undefined || (count.get(name) ?? 0) < most) return given
    if (seen.has(name)) return end
    seen.add(name)
    given = otherwise
  }
}

function deferred(graph: Graph, held: Held, next: readonly NextTask[], joins: Held['joins']): Scheduled {
  const late = next.filter((task) => graph.nodes[nameOf(task)]?.defer === true)
  const waiting = [...held.deferred, ...late.filter((task) => !held.deferred.includes(task))]
  const now = late.length === 0 ? next : next.filter((task) => !late.includes(task))
  const goes = now.length > 0 ? now : waiting
  const stays = now.length > 0 ? waiting : []
  const isSame = stays.length === held.deferred.length && sameJoins(held.joins, joins)
  return isSame ? { next: goes } : { next: goes, held: { joins, deferred: stays } }
}

function sameJoins(before: Held['joins'], after: Held['joins']): boolean {
  const names = Object.keys(after)
  return (
    names.length === Object.keys(before).length &&
    names.every((name) => before[name]?.length === after[name]?.length)
  )
}

/** The node of a task that is scheduled. */
function nameOf(task: NextTask): string {
  return typeof task === 'string' ? task : task.node
}
