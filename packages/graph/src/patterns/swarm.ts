import type { Model } from '@keepup/core'
import { z } from 'zod'

import type { ChannelUpdate, ChannelValues, Edge, Graph, NodeContext, NodeDefinition } from '../index.ts'
import { end } from '../index.ts'
import {
  type Approval,
  approvalChannel,
  type ApprovalNodes,
  approvalNodes,
  type GivenApproval,
  mustAsk,
  withApproval,
} from './approval.ts'
import { decide, readAnswer } from './ask-model.ts'
import { callOptions, composePattern, type NoChannels, type PatternOptions } from './compose-pattern.ts'
import {
  endNode,
  failed,
  failNode,
  outcomeChannel,
  type PatternOutcome,
  requireText,
} from './pattern-outcome.ts'
import { checkMembers, nodeOf } from './supervisor.ts'
import { listMembers, type Member, workerNode } from './worker.ts'

/** Who has the floor, and for what: the last of the stack speaks, and answers to the one before. */
export interface Frame {
  readonly member: string
  readonly task: string
  /** What came back to it: answers of those it handed to, failures, refusals. */
  readonly heard: readonly string[]
}

const frame: z.ZodType<Frame> = z.object({
  member: z.string(),
  task: z.string(),
  heard: z.array(z.string()),
})

/** What a member says: its answer, which goes to whoever handed to it, or that another is to go on. */
export type Reply =
  | { readonly type: 'answer'; readonly text: string }
  | { readonly type: 'hand-off'; readonly to: string; readonly task: string }

/** The state of a swarm. */
export type SwarmValues = {
  /** The input. */
  readonly task: string
  readonly stack: readonly Frame[]
  /** What the one who has the floor has just said. */
  readonly reply: Reply | null
  readonly answer: string
  readonly approval: GivenApproval | null
  readonly outcome: PatternOutcome | null
}

/** Who may hand to whom. */
export interface SwarmOptions<Own extends ChannelValues = NoChannels> extends PatternOptions<Own> {
  /** By name: letters, digits, `_` and `-`, at most 32. A model is asked for a reply that fits; what an agent says is its answer, unless it is a hand-off in the same form. */
  readonly members: Readonly<Record<string, Member<Own>>>
  /** Who begins. */
  readonly first: string
  /** Replies at most, hand-offs and answers; 24 when left out. */
  readonly hops?: number
  /** Members that wait for one another at most; 6 when left out. A hand-off beyond is refused. */
  readonly depth?: number
  /** Before a hand-off. The one who wants it is told where that is refused. */
  readonly approval?: Approval<SwarmValues>
}

/** Members hand to one another; each answer goes back to the one who handed, and the first one's is the answer. A member that fails returns, too. */
export function swarm<Own extends ChannelValues = NoChannels>(
  options: SwarmOptions<Own>,
): Graph<SwarmValues & Own, ApprovalNodes> {
  const { name = 'swarm', members, first, hops = 24, depth = 6, approval, channels } = options
  const names = Object.keys(members)
  checkMembers(names.includes(first) ? names : [])
  const replies = replyAmong(names)
  return composePattern<SwarmValues, Own, ApprovalNodes>(
    {
      name,
      channels: {
        task: { schema: z.string(), initial: '' },
        stack: { schema: z.array(frame), initial: [] },
        reply: { schema: replies.nullable(), initial: null },
        answer: { schema: z.string(), initial: '' },
        approval: approvalChannel,
        outcome: outcomeChannel,
      },
      nodes: {
        begin: {
          kind: 'function',
          run({ task }) {
            requireText(task, 'task')
            const stack = [{ member: first, task, heard: [] }]
            return { stack, reply: null, answer: '', approval: null, outcome: null }
          },
        },
        ...memberNodes(options, replies),
        ...approvalNodes<SwarmValues>(approval, ({ stack, reply }) =>
          reply?.type === 'hand-off'
            ? `May ${stack.at(-1)?.member} hand to ${reply.to}?\n\n${reply.task}`
            : '',
        ),
        pass: {
          kind: 'function',
          visits: hops,
          otherwise: 'exhausted',
          run: (values) => ({ ...pass(values, depth), reply: null, approval: null }),
        },
        lost: {
          kind: 'function',
          visits: hops,
          otherwise: 'exhausted',
          run({ stack }, { failure }) {
            const back = returned(stack, `failed: ${failure?.message ?? ''}`)
            // Nobody is left to hear of it.
            return back.length > 0 || failure === undefined
              ? { stack: back }
              : { stack: back, outcome: failed(failure) }
          },
        },
        finish: endNode({ type: 'completed' }),
        exhausted: endNode({ type: 'limit-reached', limit: 'hops' }),
        ...(approval === undefined ? {} : { fail: failNode<SwarmValues>() }),
      },
      entry: ['begin'],
      edges: edgesOf(names, approval),
    },
    channels,
  )
}

function memberNodes<Own extends ChannelValues>(
  options: SwarmOptions<Own>,
  replies: z.ZodType<Reply>,
): Readonly<Record<string, NodeDefinition<SwarmValues>>> {
  const { members } = options
  const call = callOptions(options)
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => {
      const others = Object.fromEntries(Object.entries(members).filter(([other]) => other !== name))
      const prompt = (values: SwarmValues): string => promptOf(values, others)
      const node =
        typeof member.by === 'function'
          ? workerNode<SwarmValues, Own>(member, {
              ...call,
              prompt,
              update: (text) => ({ reply: replyIn(text, replies) }),
            })
          : modelNode<Own>(member, member.by, prompt, replies)
      return [nodeOf(name), typeof member.by === 'function' ? node : { ...call, ...node }]
    }),
  )
}

function modelNode<Own extends ChannelValues>(
  { system = '', keep }: Member<Own>,
  model: Model,
  prompt: (values: SwarmValues) => string,
  answer: z.ZodType<Reply>,
): NodeDefinition<SwarmValues> {
  return {
    kind: 'function',
    async run(values: SwarmValues, context: NodeContext): Promise<ChannelUpdate<SwarmValues>> {
      const reply = await decide(model, { system, prompt: prompt(values), answer }, context)
      // The channels of one's own stand beside those of the pattern.
      return {
        reply,
        ...keep?.(reply.type === 'answer' ? reply.text : reply.task, values as unknown as Own),
      }
    },
  }
}

function edgesOf(
  names: readonly string[],
  approval: Approval<SwarmValues> | undefined,
): readonly Edge<SwarmValues>[] {
  const nodes = names.map(nodeOf)
  const onward = [...nodes, 'finish']
  function next({ stack }: SwarmValues): string {
    const top = stack.at(-1)
    return top === undefined ? 'finish' : nodeOf(top.member)
  }
  return [
    { type: 'route', from: 'begin', to: onward, choose: next },
    { type: 'route', from: 'pass', to: onward, choose: next },
    { type: 'route', from: 'lost', to: onward, choose: next },
    ...nodes.flatMap((from): readonly Edge<SwarmValues>[] => [
      {
        type: 'route',
        from,
        to: withApproval(approval, ['pass']),
        choose: (values) =>
          values.reply?.type === 'hand-off' && mustAsk(approval, values) ? 'approve' : 'pass',
      },
      { type: 'error', from, to: 'lost' },
    ]),
    ...(approval === undefined
      ? []
      : ([
          { type: 'edge', from: 'approve', to: 'pass' },
          { type: 'error', from: 'approve', to: 'fail' },
          { type: 'edge', from: 'fail', to: end },
        ] as const)),
    { type: 'edge', from: 'finish', to: end },
    { type: 'edge', from: 'exhausted', to: end },
  ]
}

/** What a reply does to the stack. */
function pass({ stack, reply, approval }: SwarmValues, depth: number): ChannelUpdate<SwarmValues> {
  const top = stack.at(-1)
  if (reply === null || top === undefined) return {}
  if (reply.type === 'answer') {
    const back = returned(stack, `answered: ${reply.text}`)
    return back.length === 0 ? { stack: back, answer: reply.text } : { stack: back }
  }
  if (approval?.approved === false) {
    return { stack: hear(stack, `A person refused that you hand to ${reply.to}: ${approval.message}`) }
  }
  if (stack.length >= depth) {
    return {
      stack: hear(stack, `You cannot hand to ${reply.to}: too many wait for one another. Answer yourself.`),
    }
  }
  return { stack: [...stack, { member: reply.to, task: reply.task, heard: [] }] }
}

/** The stack without its last, whose words the one before hears. */
function returned(stack: readonly Frame[], words: string): readonly Frame[] {
  return hear(stack.slice(0, -1), `${stack.at(-1)?.member} ${words}`)
}

function hear(stack: readonly Frame[], words: string): readonly Frame[] {
  return stack.map((held, at) =>
    at === stack.length - 1 ? { ...held, heard: [...held.heard, words] } : held,
  )
}

function promptOf({ stack }: SwarmValues, others: Parameters<typeof listMembers>[0]): string {
  const { task = '', heard = [] } = stack.at(-1) ?? {}
  const past = heard.length === 0 ? '' : `\n\nSince then:\n${heard.map((words) => `- ${words}`).join('\n')}`
  return `${task}${past}\n\nYou may hand to:\n${listMembers(others)}\nTo answer: {"type":"answer","text":…}. To hand on, and hear the answer: {"type":"hand-off","to":…,"task":…}.`
}

/** What an agent said: a hand-off where it is one that is possible, else its answer. */
function replyIn(text: string, replies: z.ZodType<Reply>): Reply {
  const read = readAnswer(text, replies)
  return 'value' in read ? read.value : { type: 'answer', text }
}

function replyAmong(names: readonly string[]): z.ZodType<Reply> {
  return z.discriminatedUnion('type', [
    z.object({ type: z.literal('answer'), text: z.string().min(1) }),
    z.object({ type: z.literal('hand-off'), to: z.enum(names), task: z.string().min(1) }),
  ])
}
