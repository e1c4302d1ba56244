import fc from 'fast-check'
import { z } from 'zod'

import {
  append,
  assembleGraph,
  defineState,
  type Edge,
  end,
  findProblems,
  type GraphParts,
  type NodeDefinition,
  type Send,
  type StateDefinition,
  sum,
} from '../src/index.ts'

/** What a node of a random graph does, and where it leads. */
export interface PlannedNode {
  readonly kind: 'broken' | 'flaky' | 'plain' | 'subgraph' | 'wait'
  readonly leads:
    | { readonly type: 'edges'; readonly to: readonly number[] }
    | { readonly type: 'route'; readonly to: readonly number[]; readonly by: number }
    | { readonly type: 'send'; readonly count: number }
    | { readonly type: 'none' }
}

/** A random graph as data. Nodes are named by their place; a worker takes what is sent. */
export interface Plan {
  readonly nodes: readonly PlannedNode[]
  readonly steps: number
}

export const randomState: StateDefinition<RandomValues> = defineState({
  channels: {
    log: { schema: z.array(z.string()), reducer: append, initial: [] },
    total: { schema: z.number(), reducer: sum, initial: 0 },
    last: { schema: z.string(), initial: '' },
  },
})
export type RandomValues = { readonly log: readonly string[]; readonly total: number; readonly last: string }

const inner = assembleGraph({
  name: 'inner',
  state: defineState({ channels: { text: { schema: z.array(z.string()), reducer: append, initial: [] } } }),
  nodes: {
    left: { kind: 'function', run: async ({ text }) => ({ text: [`left${text.length}`] }) },
    right: { kind: 'function', run: ({ text }) => ({ text: [`right${text.length}`] }) },
    both: { kind: 'function', run: ({ text }) => ({ text: [`both${text.length}`] }) },
  },
  entry: ['left', 'right'],
  edges: [
    { type: 'join', from: ['left', 'right'], to: 'both' },
    { type: 'edge', from: 'both', to: end },
  ],
})

/** What one task adds to the state, once it has succeeded. */
export function effectOf(plan: Plan, task: string | Send, values: RandomValues): Partial<RandomValues> {
  const name = typeof task === 'string' ? task : task.node
  if (typeof task !== 'string' && name === 'worker')
    return { log: [`${name}:${String(task.input)}`], total: Number(task.input) }
  const kind = plan.nodes[Number(name.slice(1))]?.kind
  if (kind === 'broken') return {}
  if (kind === 'wait') return { log: [`${name}:7`], last: name }
  if (kind === 'subgraph') return { log: [`${name}:${values.total}`, 'left1', 'right1', 'both3'], last: name }
  return { log: [`${name}:${values.total}`], total: 1, last: name }
}

/** Where a task leads, in the state after its step. */
export function targetsOf(plan: Plan, task: string | Send, values: RandomValues): readonly (string | Send)[] {
  const name = typeof task === 'string' ? task : task.node
  const index = Number(name.slice(1))
  const node = plan.nodes[index]
  if (node === undefined) return []
  // Each failure is handled.
  if (node.kind === 'broken') return [{ node: 'worker-failed', input: undefined }]
  const { leads } = node
  switch (leads.type) {
    case 'edges':
      return leads.to.map((to) => nameAt(plan, to))
    case 'route':
      return [nameAt(plan, leads.to[(values.total + leads.by) % leads.to.length] ?? -1)]
    case 'send':
      return Array.from({ length: leads.count }, (_, at) => ({ node: 'worker', input: at + index }))
    case 'none':
      return []
  }
}

function nameAt({ nodes }: Plan, index: number): string {
  return index >= 0 && index < nodes.length ? `n${index}` : end
}

/** The graph of a plan. */
export function graphOf(plan: Plan): GraphParts<RandomValues> {
  const nodes: Record<string, NodeDefinition<RandomValues>> = {
    worker: {
      kind: 'function',
      input: z.number(),
      run: async (values, { input }) => effectOf(plan, { node: 'worker', input }, values),
    },
    'worker-failed': { kind: 'function', run: (values) => effectOf(plan, 'worker-failed', values) },
  }
  const edges: Edge<RandomValues>[] = [
    { type: 'edge', from: 'worker', to: end },
    { type: 'edge', from: 'worker-failed', to: end },
  ]
  for (const [index, node] of plan.nodes.entries()) {
    nodes[`n${index}`] = definitionOf(plan, node, `n${index}`)
    edges.push(...edgesOf(plan, node, `n${index}`))
  }
  const used = new Set(edges.flatMap((edge) => edge.to))
  for (const name of ['worker', 'worker-failed']) if (!used.has(name)) delete nodes[name]
  return {
    name: 'random',
    state: randomState,
    nodes,
    entry: ['n0'],
    edges: edges.filter(({ from }) => typeof from !== 'string' || nodes[from] !== undefined),
    steps: plan.steps,
  }
}

function definitionOf(plan: Plan, { kind }: PlannedNode, name: string): NodeDefinition<RandomValues> {
  const retry = { attempts: 3, delay: 0 }
  switch (kind) {
    case 'plain':
      return { kind: 'function', run: (values) => effectOf(plan, name, values) }
    case 'flaky':
      return {
        kind: 'function',
        retry,
        run: async (values, { attempt }) => {
          if (attempt < 3) throw new Error(`attempt ${attempt}`)
          return effectOf(plan, name, values)
        },
      }
    case 'broken':
      return {
        kind: 'function',
        retry: { ...retry, attempts: 2 },
        run: () => {
          throw new Error('broken')
        },
      }
    case 'wait':
      return {
        kind: 'signal',
        signal: name,
        data: z.number(),
        update: (data) => ({ log: [`${name}:${Number(data)}`], last: name }),
      }
    case 'subgraph':
      return {
        kind: 'graph',
        graph: inner,
        enter: ({ total }) => ({ text: [`${name}:${total}`] }),
        update: (ended) => ({ log: z.array(z.string()).parse(ended['text']), last: name }),
      }
  }
}

function edgesOf(plan: Plan, { kind, leads }: PlannedNode, from: string): readonly Edge<RandomValues>[] {
  const error: readonly Edge<RandomValues>[] =
    kind === 'broken' ? [{ type: 'error', from, to: 'worker-failed' }] : []
  if (leads.type === 'edges') {
    return [...error, ...leads.to.map((to) => ({ type: 'edge', from, to: nameAt(plan, to) }) as const)]
  }
  const to =
    leads.type === 'send'
      ? ['worker']
      : leads.type === 'none'
        ? [end]
        : leads.to.map((at) => nameAt(plan, at))
  const choose = (values: RandomValues): readonly (string | Send)[] => targetsOf(plan, from, values)
  return [...error, { type: 'route', from, to: [...to, end], choose }]
}

/** Random graphs that can be run. */
export const randomPlan: fc.Arbitrary<Plan> = fc
  .integer({ min: 1, max: 6 })
  .chain((size) => {
    const place = fc.integer({ min: 0, max: size })
    const leads: fc.Arbitrary<PlannedNode['leads']> = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({
          type: fc.constant('edges' as const),
          to: fc.uniqueArray(place, { minLength: 1, maxLength: 3 }),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          type: fc.constant('route' as const),
          to: fc.array(place, { minLength: 1, maxLength: 3 }),
          by: fc.nat(5),
        }),
      },
      fc.record({ type: fc.constant('send' as const), count: fc.integer({ min: 0, max: 4 }) }),
      fc.constant({ type: 'none' as const }),
    )
    const kind = fc.constantFrom<PlannedNode['kind']>('plain', 'plain', 'flaky', 'broken', 'wait', 'subgraph')
    return fc.record({
      nodes: fc.array(fc.record({ kind, leads }), { minLength: size, maxLength: size }),
      steps: fc.integer({ min: 1, max: 12 }),
    })
  })
  .filter((plan) => findProblems(graphOf(plan) as unknown as GraphParts).length === 0)
