import type { Model } from '@keepup/core'
import { z } from 'zod'

import { type ChannelValues, type Edge, end, type FunctionNode, type Graph } from '../index.ts'
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
import { callOptions, composePattern, type NoChannels, type PatternOptions } from './compose-pattern.ts'
import { endNode, failNode, outcomeChannel, type PatternOutcome, requireText } from './pattern-outcome.ts'
import { type Worker, workerNode } from './worker.ts'

/** One step of a plan. */
export interface PlanStep {
  readonly task: string
  readonly status: 'open' | 'done' | 'failed'
  /** What it came to, or why it failed. */
  readonly result: string
}

const planStep: z.ZodType<PlanStep> = z.object({
  task: z.string(),
  status: z.enum(['open', 'done', 'failed']),
  result: z.string(),
})

/** The state of planning and executing. */
export type PlanExecuteValues = {
  /** The input. */
  readonly goal: string
  /** What was done and what is to be done, in order. */
  readonly plan: readonly PlanStep[]
  readonly answer: string
  readonly approval: GivenApproval | null
  readonly outcome: PatternOutcome | null
}

/** Who plans, and who executes. */
export interface PlanExecuteOptions<Own extends ChannelValues = NoChannels> extends PatternOptions<Own> {
  /** Plans, plans anew, and answers at the end. */
  readonly planner: Model
  readonly executor: Worker<Own>
  /** How often it may plan, the first time included; 3 when left out. */
  readonly plans?: number
  /** Steps executed in all; 50 when left out. */
  readonly steps?: number
  /** Whether a step's result is one; where it is not, the step has failed. */
  readonly accepts?: (result: string, task: string) => boolean
  /** Before a plan is executed. One that is refused is made anew. */
  readonly approval?: Approval<PlanExecuteValues>
}

const planned = z.object({ steps: z.array(z.string().min(1)).min(1).max(100) })

/** Plans, executes step by step, and plans anew when a step fails; at the end, or at a bound, it answers from what was done. */
export function planExecute<Own extends ChannelValues = NoChannels>(
  options: PlanExecuteOptions<Own>,
): Graph<PlanExecuteValues & Own, ApprovalNodes> {
  const { name = 'plan-execute', planner, executor, plans = 3, steps = 50, approval, channels } = options
  const { accepts = () => true } = options
  const call = callOptions(options)
  return composePattern<PlanExecuteValues, Own, ApprovalNodes>(
    {
      name,
      channels: {
        goal: { schema: z.string(), initial: '' },
        plan: { schema: z.array(planStep), initial: [] },
        answer: { schema: z.string(), initial: '' },
        approval: approvalChannel,
        outcome: outcomeChannel,
      },
      nodes: {
        begin: {
          kind: 'function',
          run({ goal }) {
            requireText(goal, 'goal')
            return { plan: [], answer: '', approval: null, outcome: null }
          },
        },
        plan: { ...call, ...planNode(planner), visits: plans, otherwise: 'no-more-plans' },
        ...approvalNodes<PlanExecuteValues>(
          approval,
          ({ plan }) => `Execute this plan?\n\n${listSteps(plan)}`,
        ),
        step: workerNode<PlanExecuteValues, Own>(executor, {
          ...call,
          visits: steps,
          otherwise: 'no-more-steps',
          prompt: stepPrompt,
          update: (result, { plan }) => ({
            plan: settle(plan, (task) => (accepts(result, task) ? 'done' : 'failed'), result),
          }),
        }),
        lost: {
          kind: 'function',
          run: ({ plan }, { failure }) => ({ plan: settle(plan, () => 'failed', failure?.message ?? '') }),
        },
        'no-more-plans': endNode({ type: 'limit-reached', limit: 'plans' }),
        'no-more-steps': endNode({ type: 'limit-reached', limit: 'steps' }),
        conclude: { ...call, ...concludeNode(planner) },
        fail: failNode(),
      },
      entry: ['begin'],
      edges: [...edges, ...approvalEdges(approval)],
    },
    channels,
  )
}

/** Answers from what was done. */
function concludeNode(planner: Model): FunctionNode<PlanExecuteValues> {
  return {
    kind: 'function',
    async run({ goal, plan, outcome }, context) {
      const prompt = `Goal:\n${goal}\n\nWhat was done:\n${listSteps(plan)}\n\nAnswer: what came of the goal, and what did not.`
      const answer = await askForText(planner, { system: '', prompt }, context)
      return { answer, outcome: outcome ?? { type: 'completed' } }
    },
  }
}

/** Plans what is left to do. */
function planNode(planner: Model): FunctionNode<PlanExecuteValues> {
  return {
    kind: 'function',
    async run(values, context) {
      const question = { system: '', prompt: planPrompt(values), answer: planned }
      const { steps: tasks } = await decide(planner, question, context)
      const kept = values.plan.filter(({ status }) => status !== 'open')
      return { plan: [...kept, ...tasks.map(openStep)], approval: null }
    },
  }
}

const edges: readonly Edge<PlanExecuteValues>[] = [
  { type: 'edge', from: 'begin', to: 'plan' },
  { type: 'route', from: 'step', to: ['step', 'plan', 'conclude'], choose: ({ plan }) => afterStep(plan) },
  { type: 'error', from: 'step', to: 'lost' },
  { type: 'edge', from: 'lost', to: 'plan' },
  { type: 'edge', from: 'no-more-plans', to: 'conclude' },
  { type: 'edge', from: 'no-more-steps', to: 'conclude' },
  { type: 'edge', from: 'conclude', to: end },
  { type: 'error', from: 'plan', to: 'fail' },
  { type: 'error', from: 'conclude', to: 'fail' },
  { type: 'edge', from: 'fail', to: end },
]

function approvalEdges(
  approval: Approval<PlanExecuteValues> | undefined,
): readonly Edge<PlanExecuteValues>[] {
  const to = withApproval(approval, ['step'])
  const asking: Edge<PlanExecuteValues> = {
    type: 'route',
    from: 'plan',
    to,
    choose: (values) => (mustAsk(approval, values) ? 'approve' : 'step'),
  }
  if (approval === undefined) return [asking]
  return [
    asking,
    {
      type: 'route',
      from: 'approve',
      to: ['step', 'plan'],
      choose: ({ approval: given }) => (given?.approved === true ? 'step' : 'plan'),
    },
    { type: 'error', from: 'approve', to: 'fail' },
  ]
}

function afterStep(plan: readonly PlanStep[]): 'conclude' | 'plan' | 'step' {
  const last = plan.findLast(({ status }) => status !== 'open')
  if (last?.status === 'failed') return 'plan'
  return plan.some(({ status }) => status === 'open') ? 'step' : 'conclude'
}

/** The plan with its first open step ended. */
function settle(
  plan: readonly PlanStep[],
  statusOf: (task: string) => PlanStep['status'],
  result: string,
): readonly PlanStep[] {
  const at = plan.findIndex(({ status }) => status === 'open')
  return plan.map((step, index) => (index === at ? { ...step, status: statusOf(step.task), result } : step))
}

function openStep(task: string): PlanStep {
  return { task, status: 'open', result: '' }
}

function planPrompt({ goal, plan, approval }: PlanExecuteValues): string {
  const past = plan.length === 0 ? '' : `\n\nSo far:\n${listSteps(plan)}\n\nPlan only what is left to do.`
  const refused =
    approval?.approved === false ? `\n\nA person refused the steps that are open: ${approval.message}` : ''
  return `Plan how to reach this goal, in steps that can be done one after the other:\n${goal}${past}${refused}`
}

function stepPrompt({ goal, plan }: PlanExecuteValues): string {
  const task = plan.find(({ status }) => status === 'open')?.task ?? ''
  const done = plan.filter(({ status }) => status !== 'open')
  const past = done.length === 0 ? '' : `\n\nDone before:\n${listSteps(done)}`
  return `The goal is:\n${goal}${past}\n\nDo this step, and only this:\n${task}`
}

function listSteps(plan: readonly PlanStep[]): string {
  return plan
    .map(({ task, status, result }) => `- [${status}] ${task}${result === '' ? '' : `: ${result}`}`)
    .join('\n')
}
