import type { Model } from '@keepup/core'
import { z } from 'zod'

import { type ChannelValues, type Edge, end, type Graph } from '../index.ts'
import {
  type Approval,
  approvalChannel,
  type ApprovalNodes,
  approvalNodes,
  type GivenApproval,
  mustAsk,
  withApproval,
} from './approval.ts'
import { decide } from './ask-model.ts'
import {
  appendOrClear,
  callOptions,
  composePattern,
  type NoChannels,
  type PatternOptions,
} from './compose-pattern.ts'
import { endNode, failNode, outcomeChannel, type PatternOutcome, requireText } from './pattern-outcome.ts'
import { type Worker, workerNode } from './worker.ts'

/** What a critic says of a draft. */
export interface Critique {
  readonly accepted: boolean
  readonly comments: string
}

const critique: z.ZodType<Critique> = z.object({ accepted: z.boolean(), comments: z.string() })

/** The state of a reflection. */
export type ReflectionValues = {
  /** What to write: the input. */
  readonly task: string
  /** The newest draft: the answer. */
  readonly draft: string
  /** What was said of each draft, by the critic and by persons who refused one. */
  readonly critiques: readonly Critique[]
  readonly approval: GivenApproval | null
  readonly outcome: PatternOutcome | null
}

/** Who writes, and who reads it. */
export interface ReflectionOptions<Own extends ChannelValues = NoChannels> extends PatternOptions<Own> {
  readonly author: Worker<Own>
  readonly critic: Model
  /** What the critic looks for. */
  readonly criteria?: string
  /** Drafts at most; 4 when left out. */
  readonly drafts?: number
  /** Before an accepted draft is final. One that is refused is revised. */
  readonly approval?: Approval<ReflectionValues>
}

/** Drafts, has each draft criticised, and revises it until it is accepted or the bound is reached; then the last draft stays. */
export function reflection<Own extends ChannelValues = NoChannels>(
  options: ReflectionOptions<Own>,
): Graph<ReflectionValues & Own, ApprovalNodes> {
  const { name = 'reflection', author, critic, criteria = 'It does what the task asks.', approval } = options
  const { drafts = 4, channels } = options
  const call = callOptions(options)
  return composePattern<ReflectionValues, Own, ApprovalNodes>(
    {
      name,
      channels: {
        task: { schema: z.string(), initial: '' },
        draft: { schema: z.string(), initial: '' },
        critiques: { schema: z.array(critique), reducer: appendOrClear, initial: [] },
        approval: approvalChannel,
        outcome: outcomeChannel,
      },
      nodes: {
        begin: {
          kind: 'function',
          run({ task }) {
            requireText(task, 'task')
            return { draft: '', critiques: [], approval: null, outcome: null }
          },
        },
        draft: workerNode<ReflectionValues, Own>(author, {
          ...call,
          visits: drafts,
          otherwise: 'exhausted',
          prompt: draftPrompt,
          update: (draft) => ({ draft }),
        }),
        critique: {
          ...call,
          kind: 'function',
          run: async ({ task, draft }, context) => {
            const prompt = `Task:\n${task}\n\nDraft:\n${draft}\n\nAccept it, or say what to change. Criteria: ${criteria}`
            return { critiques: [await decide(critic, { system: '', prompt, answer: critique }, context)] }
          },
        },
        ...approvalNodes<ReflectionValues>(approval, ({ draft }) => `Accept this draft?\n\n${draft}`),
        revise: {
          kind: 'function',
          run: ({ approval: given }) =>
            given === null
              ? {}
              : { critiques: [{ accepted: false, comments: given.message }], approval: null },
        },
        finish: endNode({ type: 'completed' }),
        exhausted: endNode({ type: 'limit-reached', limit: 'drafts' }),
        fail: failNode(),
      },
      entry: ['begin'],
      edges: edgesOf(approval),
    },
    channels,
  )
}

function edgesOf(approval: Approval<ReflectionValues> | undefined): readonly Edge<ReflectionValues>[] {
  return [
    { type: 'edge', from: 'begin', to: 'draft' },
    { type: 'edge', from: 'draft', to: 'critique' },
    {
      type: 'route',
      from: 'critique',
      to: withApproval(approval, ['revise', 'finish']),
      choose(values) {
        if (values.critiques.at(-1)?.accepted !== true) return 'revise'
        return mustAsk(approval, values) ? 'approve' : 'finish'
      },
    },
    ...(approval === undefined ? [] : [afterApproval, approvalFails]),
    { type: 'edge', from: 'revise', to: 'draft' },
    { type: 'edge', from: 'finish', to: end },
    { type: 'edge', from: 'exhausted', to: end },
    { type: 'error', from: 'draft', to: 'fail' },
    { type: 'error', from: 'critique', to: 'fail' },
    { type: 'edge', from: 'fail', to: end },
  ]
}

const afterApproval = {
  type: 'route',
  from: 'approve',
  to: ['finish', 'revise'],
  choose: ({ approval }: ReflectionValues) => (approval?.approved === true ? 'finish' : 'revise'),
} as const

const approvalFails = { type: 'error', from: 'approve', to: 'fail' } as const

function draftPrompt({ task, draft, critiques }: ReflectionValues): string {
  const comments = critiques.at(-1)?.comments
  if (comments === undefined) return task
  return `${task}\n\nYour last draft:\n${draft}\n\nWhat was said of it:\n${comments}\n\nWrite it anew, whole.`
}
