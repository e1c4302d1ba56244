import { KeepupError, type StandardSchemaV1 } from '@keepup/core'
import { z } from 'zod'

import { type ChannelValues, type Edge, end, type Graph, type NodeDefinition } from '../index.ts'
import {
  type Approval,
  approvalChannel,
  type ApprovalNodes,
  approvalNodes,
  type GivenApproval,
  mustAsk,
  withApproval,
} from './approval.ts'
import {
  appendOrClear,
  callOptions,
  composePattern,
  type NoChannels,
  type PatternOptions,
} from './compose-pattern.ts'
import { failNode, outcomeChannel, type PatternOutcome } from './pattern-outcome.ts'
import { type Worker, workerNode } from './worker.ts'

/** What became of one item. */
export interface Mapped {
  /** Its place in the list, from 0. */
  readonly index: number
  readonly status: 'done' | 'failed'
  /** What the mapper said, or why it failed. */
  readonly text: string
}

const mapped: z.ZodType<Mapped> = z.object({
  index: z.number(),
  status: z.enum(['done', 'failed']),
  text: z.string(),
})

/** The state of mapping and reducing. */
export type MapReduceValues<Item> = {
  /** The input. */
  readonly items: readonly Item[]
  /** What the mapper said, in the order of the items. */
  readonly done: readonly Mapped[]
  /** Why others failed, in the order of the items. */
  readonly failures: readonly string[]
  /** One for each item, in their order, once all have ended. */
  readonly mapped: readonly Mapped[]
  readonly answer: string
  readonly approval: GivenApproval | null
  readonly outcome: PatternOutcome | null
}

/** What is done with each item, and with what came of all. */
export interface MapReduceOptions<Item, Own extends ChannelValues = NoChannels> extends PatternOptions<Own> {
  readonly item: StandardSchemaV1<unknown, Item>
  readonly mapper: Worker<Own>
  /** What the mapper is told of an item. */
  readonly prompt: (item: Item, index: number) => string
  readonly reducer: Worker<Own>
  /** What the reducer is told; what became of every item when left out. */
  readonly reducePrompt?: (mapped: readonly Mapped[]) => string
  /** Items at most: more fail before any is mapped. 1,000 when left out. */
  readonly most?: number
  /** `fail` when left out: without all of them nothing is reduced. */
  readonly onFailure?: 'fail' | 'go-on'
  /** Before what was mapped is reduced. */
  readonly approval?: Approval<MapReduceValues<Item>>
}

const place: z.ZodType<number> = z.number()

/** Maps each item in a task of its own, side by side, and reduces what came of them. What was mapped before a crash is not mapped again. */
export function mapReduce<Item, Own extends ChannelValues = NoChannels>(
  options: MapReduceOptions<Item, Own>,
): Graph<MapReduceValues<Item> & Own, ApprovalNodes> {
  const { name = 'map-reduce', item, approval, channels } = options
  const nodes: Readonly<Record<string, NodeDefinition<MapReduceValues<Item>>>> = {
    ...workNodes<Item, Own>(options),
    ...approvalNodes<MapReduceValues<Item>>(
      approval,
      (values) => `Reduce this?\n\n${listMapped(values.mapped)}`,
    ),
    ...(approval === undefined ? {} : { refused }),
  }
  return composePattern<MapReduceValues<Item>, Own, ApprovalNodes>(
    {
      name,
      channels: {
        items: { schema: listOf(item), initial: [] },
        done: { schema: z.array(mapped), reducer: appendOrClear, initial: [] },
        failures: { schema: z.array(z.string()), reducer: appendOrClear, initial: [] },
        mapped: { schema: z.array(mapped), initial: [] },
        answer: { schema: z.string(), initial: '' },
        approval: approvalChannel,
        outcome: outcomeChannel,
      },
      nodes,
      entry: ['begin'],
      edges: edgesOf(options),
    },
    channels,
  )
}

function workNodes<Item, Own extends ChannelValues>(
  options: MapReduceOptions<Item, Own>,
): Readonly<Record<string, NodeDefinition<MapReduceValues<Item>>>> {
  const { mapper, prompt, reducer, most = 1_000, reducePrompt = listMapped } = options
  const call = callOptions(options)
  return {
    begin: {
      kind: 'function',
      run({ items }) {
        checkCount(items.length, most)
        return { done: [], failures: [], mapped: [], answer: '', approval: null, outcome: null }
      },
    },
    map: workerNode<MapReduceValues<Item>, Own>(mapper, {
      ...call,
      input: place,
      // What is sent is the place of an item that is there.
      prompt: ({ items }, { input }) => prompt(items[Number(input)] as Item, Number(input)),
      update: (text, _, { input }) => ({ done: [{ index: Number(input), status: 'done', text }] }),
    }),
    lost: { kind: 'function', run: (_, { failure }) => ({ failures: [failure?.message ?? 'it failed'] }) },
    gather: { kind: 'function', defer: true, run: (values) => ({ mapped: gather(values) }) },
    reduce: workerNode<MapReduceValues<Item>, Own>(reducer, {
      ...call,
      prompt: (values) => reducePrompt(values.mapped),
      update: (answer) => ({ answer, outcome: { type: 'completed' } }),
    }),
    incomplete: {
      kind: 'function',
      run: ({ failures }) => ({
        outcome: { type: 'failed', node: 'map', kind: 'incomplete', message: failures.join('\n') },
      }),
    },
    fail: failNode(),
  }
}

const refused = {
  kind: 'function',
  run: ({ approval }: { readonly approval: GivenApproval | null }) => ({
    outcome: { type: 'refused', by: approval?.by ?? '', message: approval?.message ?? '' } as const,
  }),
} as const

function edgesOf<Item, Own extends ChannelValues>({
  approval,
  onFailure = 'fail',
}: MapReduceOptions<Item, Own>): readonly Edge<MapReduceValues<Item>>[] {
  const asked: readonly Edge<MapReduceValues<Item>>[] = [
    {
      type: 'route',
      from: 'approve',
      to: ['reduce', 'refused'],
      choose: ({ approval: given }) => (given?.approved === true ? 'reduce' : 'refused'),
    },
    { type: 'error', from: 'approve', to: 'fail' },
    { type: 'edge', from: 'refused', to: end },
  ]
  return [
    {
      type: 'route',
      from: 'begin',
      to: ['map', 'gather'],
      choose: ({ items }) =>
        items.length === 0 ? 'gather' : items.map((_, input) => ({ node: 'map', input })),
    },
    { type: 'edge', from: 'map', to: 'gather' },
    { type: 'error', from: 'map', to: 'lost' },
    { type: 'edge', from: 'lost', to: 'gather' },
    {
      type: 'route',
      from: 'gather',
      to: withApproval(approval, ['reduce', 'incomplete']),
      choose(values) {
        if (onFailure === 'fail' && values.failures.length > 0) return 'incomplete'
        return mustAsk(approval, values) ? 'approve' : 'reduce'
      },
    },
    ...(approval === undefined ? [] : asked),
    { type: 'edge', from: 'reduce', to: end },
    { type: 'error', from: 'reduce', to: 'fail' },
    { type: 'edge', from: 'incomplete', to: end },
    { type: 'edge', from: 'fail', to: end },
  ]
}

/** What became of every item. Failures are told in the order of the items that have no result. */
function gather<Item>({ items, done, failures }: MapReduceValues<Item>): readonly Mapped[] {
  const results = new Map(done.map((result) => [result.index, result]))
  const reasons = failures.values()
  return items.map(
    (_, index): Mapped =>
      results.get(index) ?? { index, status: 'failed', text: reasons.next().value ?? 'it failed' },
  )
}

function listMapped(all: readonly Mapped[]): string {
  return all.map(({ index, status, text }) => `${index + 1}. [${status}] ${text}`).join('\n')
}

function checkCount(count: number, most: number): void {
  if (count <= most) return
  const message = `There are ${count} items, but at most ${most} are mapped in one run: give fewer, or raise \`most\`.`
  throw new KeepupError('input-invalid', message, { details: { count, most } })
}

/** A list whose items fit a schema. */
function listOf<Item>(item: StandardSchemaV1<unknown, Item>): StandardSchemaV1<unknown, readonly Item[]> {
  return {
    '~standard': {
      version: 1,
      vendor: 'keepup',
      async validate(value) {
        if (!Array.isArray(value)) return { issues: [{ message: 'must be a list' }] }
        const items: Item[] = []
        for (const [index, part] of value.entries()) {
          const { issues, ...rest } = await item['~standard'].validate(part)
          if (issues !== undefined) {
            return { issues: issues.map(({ message, path = [] }) => ({ message, path: [index, ...path] })) }
          }
          if ('value' in rest) items.push(rest.value)
        }
        return { value: items }
      },
    },
  }
}
