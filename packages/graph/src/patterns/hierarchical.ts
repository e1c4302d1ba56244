import type { Model } from '@keepup/core'
import { z } from 'zod'

import {
  type ChannelValues,
  type Edge,
  end,
  type FunctionNode,
  type Graph,
  mergeById,
  type NodeDefinition,
  type Send,
} from '../index.ts'
import {
  type Approval,
  approvalChannel,
  type ApprovalNodes,
  approvalNodes,
  type GivenApproval,
  mustAsk,
  withApproval,
} from './approval.ts'
import { askForText, decide } from './ask-model.ts'
import {
  appendOrClear,
  callOptions,
  composePattern,
  type NoChannels,
  type PatternOptions,
} from './compose-pattern.ts'
import { cameBack, judge, type Lost, lost, verdictsOn } from './judge-tasks.ts'
import { listTasks, type ManagedTask, managedTask, planAmong, readyTasks } from './managed-task.ts'
import { endNode, failNode, outcomeChannel, type PatternOutcome, requireText } from './pattern-outcome.ts'
import { checkMembers, nodeOf } from './supervisor.ts'
import { listMembers, type Member, workerNode } from './worker.ts'

/** The state of a hierarchical process. */
export type HierarchicalValues = {
  /** The input. */
  readonly goal: string
  readonly tasks: readonly ManagedTask[]
  /** What workers failed at since the manager last looked. */
  readonly failures: readonly Lost[]
  readonly answer: string
  readonly approval: GivenApproval | null
  readonly outcome: PatternOutcome | null
}

/** A manager and its workers. */
export interface HierarchicalOptions<Own extends ChannelValues = NoChannels> extends PatternOptions<Own> {
  /** Plans, checks what comes back, and answers. */
  readonly manager: Model
  /** By name: letters, digits, `_` and `-`, at most 32. */
  readonly workers: Readonly<Record<string, Member<Own>>>
  /** Tasks of a plan at most; 30 when left out. */
  readonly tasks?: number
  /** How often one task is tried; 3 when left out. */
  readonly tries?: number
  /** Plans at most, where a person refuses them; 3 when left out. */
  readonly plans?: number
  /** Before a plan is carried out. One that is refused is made anew. */
  readonly approval?: Approval<HierarchicalValues>
}

/**
 * A manager plans tasks with what each needs, workers do those that can begin side by side, and the manager checks each result: it accepts it, or gives the task back, to the same
 * worker or another. What a worker fails at goes to the manager, too. A task that was tried too often ends the process as failed, once nothing else can begin.
 */
export function hierarchical<Own extends ChannelValues = NoChannels>(
  options: HierarchicalOptions<Own>,
): Graph<HierarchicalValues & Own, ApprovalNodes> {
  const { name = 'hierarchical', workers, approval, channels } = options
  const names = Object.keys(workers)
  checkMembers(names)
  return composePattern<HierarchicalValues, Own, ApprovalNodes>(
    {
      name,
      channels: {
        goal: { schema: z.string(), initial: '' },
        tasks: { schema: z.array(managedTask), reducer: mergeOrClear, initial: [] },
        failures: { schema: z.array(lost), reducer: appendOrClear, initial: [] },
        answer: { schema: z.string(), initial: '' },
        approval: approvalChannel,
        outcome: outcomeChannel,
      },
      nodes: {
        ...managerNodes(options, names),
        ...workerNodes(options),
        ...(approval === undefined ? {} : { 'drop-plan': dropPlan }),
        ...approvalNodes<HierarchicalValues>(
          approval,
          ({ tasks }) => `Carry out this plan?\n\n${listTasks(tasks)}`,
        ),
        fail: failNode(),
      },
      entry: ['begin'],
      edges: [...edgesOf(names), ...planEdges(approval)],
    },
    channels,
  )
}

function managerNodes<Own extends ChannelValues>(
  options: HierarchicalOptions<Own>,
  names: readonly string[],
): Readonly<Record<string, NodeDefinition<HierarchicalValues>>> {
  const { manager, workers, tasks: most = 30, tries = 3, plans = 3 } = options
  const call = callOptions(options)
  const plan = planAmong(names, most)
  return {
    begin: {
      kind: 'function',
      run({ goal }) {
        requireText(goal, 'goal')
        return { tasks: [], failures: [], answer: '', approval: null, outcome: null }
      },
    },
    plan: {
      ...call,
      kind: 'function',
      visits: plans,
      otherwise: 'no-more-plans',
      async run(values, context) {
        const prompt = `${planPrompt(values)}\n\nWorkers:\n${listMembers(workers)}`
        const { tasks } = await decide(manager, { system: '', prompt, answer: plan }, context)
        return { tasks: tasks.map(newTask) }
      },
    },
    assign: {
      kind: 'function',
      // Each time at least one task is tried.
      visits: most * tries,
      run: ({ tasks }) => ({
        tasks: readyTasks(tasks).map((task) => ({ ...task, status: 'assigned', tries: task.tries + 1 })),
      }),
    },
    lost: {
      kind: 'function',
      run: (_, { failure }) => ({
        failures: [{ node: failure?.node.split('/').at(-1) ?? '', message: failure?.message ?? 'it failed' }],
      }),
    },
    check: { ...call, ...checkNode(manager, workers, tries) },
    conclude: { ...call, ...concludeNode(manager) },
    'no-more-plans': endNode({ type: 'limit-reached', limit: 'plans' }),
  }
}

/** The manager judges what came back. */
function checkNode(
  manager: Model,
  workers: Readonly<Record<string, { readonly description: string }>>,
  tries: number,
): FunctionNode<HierarchicalValues> {
  return {
    kind: 'function',
    defer: true,
    async run(values, context) {
      const came = cameBack(values.tasks, values.failures)
      const ids = came.map(({ id }) => id)
      const others = values.tasks.filter(({ id }) => !ids.includes(id))
      const prompt = `Goal:\n${values.goal}\n\nOther tasks:\n${listTasks(others)}\n\nTo judge:\n${listTasks(came)}\n\nWorkers:\n${listMembers(workers)}\n\nAccept each result, or say what is wrong with it, and who is to try again.`
      const question = { system: '', prompt, answer: verdictsOn(ids, Object.keys(workers)) }
      const { verdicts } = await decide(manager, question, context)
      const judged = came.map((task) =>
        judge(
          task,
          verdicts.find(({ id }) => id === task.id),
          tries,
        ),
      )
      return { tasks: judged, failures: [] }
    },
  }
}

/** The manager answers. */
function concludeNode(manager: Model): FunctionNode<HierarchicalValues> {
  return {
    kind: 'function',
    async run({ goal, tasks }, context) {
      const prompt = `Goal:\n${goal}\n\nTasks:\n${listTasks(tasks)}\n\nAnswer: what came of the goal.`
      const answer = await askForText(manager, { system: '', prompt }, context)
      return { answer, outcome: outcomeOf(tasks) }
    },
  }
}

/** A plan that was refused is not kept. */
const dropPlan: NodeDefinition<HierarchicalValues> = { kind: 'function', run: () => ({ tasks: [] }) }

function workerNodes<Own extends ChannelValues>(
  options: HierarchicalOptions<Own>,
): Readonly<Record<string, NodeDefinition<HierarchicalValues>>> {
  const call = callOptions(options)
  return Object.fromEntries(
    Object.entries(options.workers).map(([name, worker]) => [
      nodeOf(name),
      workerNode<HierarchicalValues, Own>(worker, {
        ...call,
        input: z.string(),
        prompt: ({ tasks }, { input }) => taskPrompt(tasks, input),
        update: (result, { tasks }, { input }) => ({
          tasks: tasks
            .filter(({ id }) => id === input)
            .map((task): ManagedTask => ({ ...task, status: 'done', result, comments: '' })),
        }),
      }),
    ]),
  )
}

function edgesOf(names: readonly string[]): readonly Edge<HierarchicalValues>[] {
  const nodes = names.map(nodeOf)
  return [
    { type: 'edge', from: 'begin', to: 'plan' },
    { type: 'route', from: 'assign', to: nodes, choose: ({ tasks }) => sendsOf(tasks) },
    ...nodes.flatMap(
      (from) =>
        [
          { type: 'edge', from, to: 'check' },
          { type: 'error', from, to: 'lost' },
        ] as const,
    ),
    { type: 'edge', from: 'lost', to: 'check' },
    {
      type: 'route',
      from: 'check',
      to: ['assign', 'conclude'],
      choose: ({ tasks }) => (readyTasks(tasks).length > 0 ? 'assign' : 'conclude'),
    },
    ...['plan', 'assign', 'check', 'conclude'].map((from) => ({ type: 'error', from, to: 'fail' }) as const),
    ...['conclude', 'no-more-plans', 'fail'].map((from) => ({ type: 'edge', from, to: end }) as const),
  ]
}

function planEdges(approval: Approval<HierarchicalValues> | undefined): readonly Edge<HierarchicalValues>[] {
  const planned: Edge<HierarchicalValues> = {
    type: 'route',
    from: 'plan',
    to: withApproval(approval, ['assign']),
    choose: (values) => (mustAsk(approval, values) ? 'approve' : 'assign'),
  }
  if (approval === undefined) return [planned]
  return [
    planned,
    {
      type: 'route',
      from: 'approve',
      to: ['assign', 'drop-plan'],
      choose: ({ approval: given }) => (given?.approved === true ? 'assign' : 'drop-plan'),
    },
    { type: 'edge', from: 'drop-plan', to: 'plan' },
    { type: 'error', from: 'approve', to: 'fail' },
  ]
}

function mergeOrClear(value: readonly ManagedTask[], update: readonly ManagedTask[]): readonly ManagedTask[] {
  return update.length === 0 ? [] : mergeById(value, update)
}

function newTask({
  id,
  task,
  needs,
  worker,
}: Pick<ManagedTask, 'id' | 'needs' | 'task' | 'worker'>): ManagedTask {
  return { id, task, needs, worker, status: 'open', tries: 0, result: '', comments: '' }
}

function sendsOf(tasks: readonly ManagedTask[]): readonly Send[] {
  return tasks
    .filter(({ status }) => status === 'assigned')
    .map(({ id, worker }) => ({ node: nodeOf(worker), input: id }))
}

function outcomeOf(tasks: readonly ManagedTask[]): PatternOutcome {
  const failed = tasks.filter(({ status }) => status === 'failed')
  if (failed.length === 0) return { type: 'completed' }
  return { type: 'failed', node: 'check', kind: 'incomplete', message: listTasks(failed) }
}

function planPrompt({ goal, approval }: HierarchicalValues): string {
  const refused =
    approval?.approved === false ? `\n\nA person refused the last plan: ${approval.message}` : ''
  return `Plan the tasks that reach this goal. Say what each needs to be done before, and who does it:\n${goal}${refused}`
}

function taskPrompt(tasks: readonly ManagedTask[], input: unknown): string {
  const task = tasks.find(({ id }) => id === input)
  const needed = tasks.filter(({ id }) => task?.needs.includes(id))
  const known = needed.length === 0 ? '' : `\n\nWhat others found:\n${listTasks(needed)}`
  const again =
    task === undefined || task.comments === ''
      ? ''
      : `\n\nIt was tried before${task.result === '' ? '' : `, and came to:\n${task.result}`}\nWhat was said of it:\n${task.comments}`
  return `${task?.task ?? ''}${known}${again}`
}
