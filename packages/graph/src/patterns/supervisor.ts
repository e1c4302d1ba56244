import { KeepupError, type Model } from '@keepup/core'
import { z } from 'zod'

import {
  type ChannelValues,
  type Edge,
  end,
  type FunctionNode,
  type Graph,
  type NodeDefinition,
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
import { endNode, failNode, outcomeChannel, type PatternOutcome, requireText } from './pattern-outcome.ts'
import { listMembers, type Member, workerNode } from './worker.ts'

/** What a member came back with. */
export interface MemberResult {
  readonly member: string
  readonly task: string
  /** Its words, or why there are none. */
  readonly text: string
  readonly status: 'done' | 'failed' | 'refused'
}

const memberResult: z.ZodType<MemberResult> = z.object({
  member: z.string(),
  task: z.string(),
  text: z.string(),
  status: z.enum(['done', 'failed', 'refused']),
})

/** A piece of work for a member. */
export interface Assignment {
  readonly member: string
  readonly task: string
}

const assignment: z.ZodType<Assignment> = z.object({ member: z.string(), task: z.string() })

/** The state of a supervised team. */
export type SupervisorValues = {
  /** The input. */
  readonly task: string
  /** Who is at work, on what. */
  readonly assigned: Assignment | null
  readonly results: readonly MemberResult[]
  readonly answer: string
  readonly approval: GivenApproval | null
  readonly outcome: PatternOutcome | null
}

/** A team. */
export interface SupervisorOptions<Own extends ChannelValues = NoChannels> extends PatternOptions<Own> {
  /** Decides who goes on with what, and when it is done. */
  readonly model: Model
  /** By name: letters, digits, `_` and `-`, at most 32. */
  readonly members: Readonly<Record<string, Member<Own>>>
  /** How often it decides at most; 12 when left out. Then it answers with what there is. */
  readonly rounds?: number
  /** Before a member begins. The supervisor is told where that is refused. */
  readonly approval?: Approval<SupervisorValues>
}

/** Routes a task from member to member, sees what each came to, and answers. What a member fails at, the supervisor is told. */
export function supervisor<Own extends ChannelValues = NoChannels>(
  options: SupervisorOptions<Own>,
): Graph<SupervisorValues & Own, ApprovalNodes> {
  const { name = 'supervisor', model, members, rounds = 12, approval, channels } = options
  const names = Object.keys(members)
  checkMembers(names)
  const call = callOptions(options)
  const decision = decisionAmong(names)
  return composePattern<SupervisorValues, Own, ApprovalNodes>(
    {
      name,
      channels: {
        task: { schema: z.string(), initial: '' },
        assigned: { schema: assignment.nullable(), initial: null },
        results: { schema: z.array(memberResult), reducer: appendOrClear, initial: [] },
        answer: { schema: z.string(), initial: '' },
        approval: approvalChannel,
        outcome: outcomeChannel,
      },
      nodes: {
        begin: {
          kind: 'function',
          run({ task }) {
            requireText(task, 'task')
            return { assigned: null, results: [], answer: '', approval: null, outcome: null }
          },
        },
        decide: {
          ...call,
          kind: 'function',
          visits: rounds,
          otherwise: 'exhausted',
          async run(values, context) {
            const prompt = `${reportOf(values)}\n\nMembers:\n${listMembers(members)}\n\nGive a member a task, or answer when all is done.`
            const made = await decide(model, { system: '', prompt, answer: decision }, context)
            if (made.type === 'answer') return { assigned: null, answer: made.text }
            return { assigned: { member: made.member, task: made.task }, approval: null }
          },
        },
        ...approvalNodes<SupervisorValues>(
          approval,
          ({ assigned }) => `May ${assigned?.member} do this?\n\n${assigned?.task}`,
        ),
        ...memberNodes(members, call),
        lost: {
          kind: 'function',
          run: ({ assigned }, { failure }) => resultOf(assigned, 'failed', failure?.message ?? ''),
        },
        ...(approval === undefined ? {} : { refused }),
        exhausted: { ...call, ...concludeNode(model) },
        finish: endNode({ type: 'completed' }),
        fail: failNode(),
      },
      entry: ['begin'],
      edges: edgesOf(names, approval),
    },
    channels,
  )
}

/** Answers at the bound, with what there is. */
function concludeNode(model: Model): FunctionNode<SupervisorValues> {
  return {
    kind: 'function',
    async run(values, context) {
      const prompt = `${reportOf(values)}\n\nNothing more can be done. Answer with what there is.`
      const answer = await askForText(model, { system: '', prompt }, context)
      return { answer, outcome: { type: 'limit-reached', limit: 'rounds' } }
    },
  }
}

/** Tells the supervisor that a person refused. */
const refused: NodeDefinition<SupervisorValues> = {
  kind: 'function',
  run: ({ assigned, approval }) => resultOf(assigned, 'refused', approval?.message ?? ''),
}

function memberNodes<Own extends ChannelValues>(
  members: SupervisorOptions<Own>['members'],
  call: ReturnType<typeof callOptions>,
): Readonly<Record<string, NodeDefinition<SupervisorValues>>> {
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => [
      nodeOf(name),
      workerNode<SupervisorValues, Own>(member, {
        ...call,
        prompt: ({ task, assigned }) => `${assigned?.task ?? ''}\n\nIt is part of:\n${task}`,
        update: (text, { assigned }) => resultOf(assigned, 'done', text),
      }),
    ]),
  )
}

function edgesOf(
  names: readonly string[],
  approval: Approval<SupervisorValues> | undefined,
): readonly Edge<SupervisorValues>[] {
  const nodes = names.map(nodeOf)
  function begins({ assigned }: SupervisorValues): string {
    return assigned === null ? 'finish' : nodeOf(assigned.member)
  }
  const asked: readonly Edge<SupervisorValues>[] = [
    {
      type: 'route',
      from: 'approve',
      to: [...nodes, 'finish', 'refused'],
      choose: (values) => (values.approval?.approved === true ? begins(values) : 'refused'),
    },
    { type: 'edge', from: 'refused', to: 'decide' },
    { type: 'error', from: 'approve', to: 'fail' },
  ]
  return [
    { type: 'edge', from: 'begin', to: 'decide' },
    {
      type: 'route',
      from: 'decide',
      to: withApproval(approval, [...nodes, 'finish']),
      choose: (values) =>
        values.assigned !== null && mustAsk(approval, values) ? 'approve' : begins(values),
    },
    ...nodes.map((from) => ({ type: 'edge', from, to: 'decide' }) as const),
    ...nodes.map((from) => ({ type: 'error', from, to: 'lost' }) as const),
    { type: 'edge', from: 'lost', to: 'decide' },
    ...(approval === undefined ? [] : asked),
    { type: 'edge', from: 'finish', to: end },
    { type: 'edge', from: 'exhausted', to: end },
    { type: 'error', from: 'decide', to: 'fail' },
    { type: 'error', from: 'exhausted', to: 'fail' },
    { type: 'edge', from: 'fail', to: end },
  ]
}

type Decision =
  | { readonly type: 'assign'; readonly member: string; readonly task: string }
  | { readonly type: 'answer'; readonly text: string }

function decisionAmong(names: readonly string[]): z.ZodType<Decision> {
  return z.discriminatedUnion('type', [
    z.object({ type: z.literal('assign'), member: z.enum(names), task: z.string().min(1) }),
    z.object({ type: z.literal('answer'), text: z.string().min(1) }),
  ])
}

/** The node of a member. */
export function nodeOf(member: string): string {
  return `member.${member}`
}

/** Holds the names of members against what nodes can be named. Fails `configuration-invalid`. */
export function checkMembers(names: readonly string[]): void {
  const wrong = names.filter((name) => !/^[\w-]{1,32}$/.test(name))
  if (names.length > 0 && wrong.length === 0) return
  const message =
    names.length === 0
      ? 'There are no members: name at least one.'
      : `Members are named ${wrong.map((name) => JSON.stringify(name)).join(', ')}: use letters, digits, _ and -, at most 32.`
  throw new KeepupError('configuration-invalid', message, { details: { members: names } })
}

function resultOf(
  assigned: Assignment | null,
  status: MemberResult['status'],
  text: string,
): Pick<SupervisorValues, 'assigned' | 'results'> {
  const { member = '', task = '' } = assigned ?? {}
  return { assigned: null, results: [{ member, task, text, status }] }
}

function reportOf({ task, results }: SupervisorValues): string {
  const past = results.map(
    ({ member, task: part, text, status }) => `- ${member} (${status}), told "${part}": ${text}`,
  )
  return `Task:\n${task}\n\nSo far:\n${past.length === 0 ? 'nothing' : past.join('\n')}`
}
