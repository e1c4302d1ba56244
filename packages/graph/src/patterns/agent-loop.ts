import type {
  AssistantMessage,
  FinishedCall,
  JsonValue,
  Message,
  Model,
  OutputLabels,
  Repeat,
  RunTool,
  ToolCallPart,
  ToolDefinition,
  ToolResultPart,
} from '@keepup/core'
import { KeepupError } from '@keepup/core'
import { z } from 'zod'

import {
  type ChannelValues,
  type Edge,
  end,
  type FunctionNode,
  type Graph,
  messagesChannel,
  type NodeContext,
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
import { ask, textOf } from './ask-model.ts'
import {
  appendOrClear,
  callOptions,
  composePattern,
  type NoChannels,
  type PatternOptions,
} from './compose-pattern.ts'
import { endNode, failNode, outcomeChannel, type PatternOutcome } from './pattern-outcome.ts'
import { toolResult } from './tool-result.ts'

/** A tool as the model is told of it, and whether a call of it may be repeated after a crash: `once` when left out, so never. */
export interface LoopTool extends ToolDefinition {
  readonly repeat?: Repeat
}

/** The state of an agent's loop. */
export type AgentLoopValues = {
  /** The conversation; the input is a message of the user. */
  readonly messages: readonly Message[]
  /** What the calls of the last answer came to, until all have ended. */
  readonly results: readonly ToolResultPart[]
  readonly failures: readonly string[]
  readonly answer: string
  readonly approval: GivenApproval | null
  readonly outcome: PatternOutcome | null
}

/** A model with tools. */
export interface AgentLoopOptions<Own extends ChannelValues = NoChannels> extends PatternOptions<Own> {
  readonly model: Model
  readonly system?: string
  readonly tools?: readonly LoopTool[]
  /** Runs the calls, with approval and policy as it has them. */
  readonly runTool?: RunTool
  /** How far what the tools bring can be trusted; `free-text` when left out. A result that is confidential, or not for everyone, is withheld unless this says `confidential`. */
  readonly produces?: OutputLabels
  /** Calls of the model at most, but for the last answer; 12 when left out. */
  readonly turns?: number
  /** Before the calls of an answer are run, all of them together. The model is told where they are refused. */
  readonly approval?: Approval<AgentLoopValues>
}

/**
 * A model that calls tools until it has an answer, each turn and each call a checkpoint. At the bound it answers without tools. For agents that are steered, hooked and
 * compacted, and that keep their calls themselves, take the loop of `@keepup/loop` as a worker instead.
 */
export function agentLoop<Own extends ChannelValues = NoChannels>(
  options: AgentLoopOptions<Own>,
): Graph<AgentLoopValues & Own, ApprovalNodes> {
  const { name = 'agent-loop', tools = [], approval, channels } = options
  return composePattern<AgentLoopValues, Own, ApprovalNodes>(
    {
      name,
      channels: {
        messages: messagesChannel(),
        results: { schema: z.array(z.custom<ToolResultPart>()), reducer: appendOrClear, initial: [] },
        failures: { schema: z.array(z.string()), reducer: appendOrClear, initial: [] },
        answer: { schema: z.string(), initial: '' },
        approval: approvalChannel,
        outcome: outcomeChannel,
      },
      nodes: {
        ...modelNodes(options),
        ...approvalNodes<AgentLoopValues>(
          approval,
          ({ messages }) => `Run these calls?\n\n${callsOf(messages).map(describe).join('\n')}`,
        ),
        ...callNodes(options),
        finish: endNode({ type: 'completed' }),
        fail: failNode(),
      },
      entry: ['begin'],
      edges: edgesOf(tools, approval),
    },
    channels,
  )
}

function modelNodes<Own extends ChannelValues>(
  options: AgentLoopOptions<Own>,
): Readonly<Record<'begin' | 'conclude' | 'model', NodeDefinition<AgentLoopValues>>> {
  const { model, system = '', tools = [], turns = 12 } = options
  const call = callOptions(options)
  const definitions = tools
    .map(({ name, description, input }) => ({ name, description, input }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return {
    begin: {
      kind: 'function',
      run({ messages }) {
        if (messages.at(-1)?.role !== 'user') {
          const message =
            'There is nothing to answer: give the run the input { messages: [a message of the user] }.'
          throw new KeepupError('input-invalid', message)
        }
        return { results: [], failures: [], answer: '', approval: null, outcome: null }
      },
    },
    model: {
      ...call,
      kind: 'function',
      visits: turns,
      otherwise: 'conclude',
      async run({ messages }, context) {
        const request = { system, messages, tools: definitions, toolChoice: 'auto' } as const
        const said = await askWhole(model, request, context)
        return { messages: [said], answer: textOf(said), approval: null }
      },
    },
    conclude: {
      ...call,
      kind: 'function',
      async run({ messages }, context) {
        const words = `${system}\n\nNo more tools can be called. Answer with what you know.`.trim()
        const request = { system: words, messages, tools: definitions, toolChoice: 'none' } as const
        const said = withoutCalls(await askWhole(model, request, context))
        return { messages: [said], answer: textOf(said), outcome: { type: 'limit-reached', limit: 'turns' } }
      },
    },
  }
}

function callNodes<Own extends ChannelValues>({
  tools = [],
  runTool,
  produces = { default: 'free-text', source: 'tool:any' },
}: AgentLoopOptions<Own>): Readonly<Record<string, NodeDefinition<AgentLoopValues>>> {
  const known = new Set(tools.map(({ name }) => name))
  async function run(part: ToolCallPart, { key, signal }: NodeContext): Promise<ToolResultPart> {
    if (!known.has(part.name)) return toolResult(part, `There is no tool ${part.name}.`)
    if (part.invalid !== undefined) return toolResult(part, 'The input is no JSON. Call it again with JSON.')
    if (runTool === undefined) return toolResult(part, 'Tools cannot be called here.')
    const finished: FinishedCall = await runTool({ name: part.name, input: part.input, key }, signal)
    return toolResult(part, finished, produces.confidential === true)
  }
  function node(repeat: Repeat): FunctionNode<AgentLoopValues> {
    return {
      kind: 'function',
      repeat,
      produces,
      input: z.custom<ToolCallPart>(),
      // The route sends the calls of a message.
      run: async (_, context) => ({ results: [await run(context.input as ToolCallPart, context)] }),
    }
  }
  return {
    once: node('once'),
    again: node('idempotent'),
    lost: { kind: 'function', run: (_, { failure }) => ({ failures: [failure?.message ?? 'it failed'] }) },
    collect: {
      kind: 'function',
      defer: true,
      run: (values) => ({
        messages: [{ role: 'tool', content: resultsOf(values) }],
        results: [],
        failures: [],
      }),
    },
  }
}

function edgesOf(
  tools: readonly LoopTool[],
  approval: Approval<AgentLoopValues> | undefined,
): readonly Edge<AgentLoopValues>[] {
  const repeated = new Set(tools.filter(({ repeat = 'once' }) => repeat !== 'once').map(({ name }) => name))
  function calls({ messages }: AgentLoopValues): readonly Send[] {
    return callsOf(messages).map((input) => ({ node: repeated.has(input.name) ? 'again' : 'once', input }))
  }
  const asked: readonly Edge<AgentLoopValues>[] = [
    {
      type: 'route',
      from: 'approve',
      to: ['once', 'again', 'collect'],
      choose: (values) => (values.approval?.approved === true ? calls(values) : 'collect'),
    },
    { type: 'error', from: 'approve', to: 'fail' },
  ]
  return [
    { type: 'edge', from: 'begin', to: 'model' },
    {
      type: 'route',
      from: 'model',
      to: withApproval(approval, ['once', 'again', 'finish']),
      choose(values) {
        if (callsOf(values.messages).length === 0) return 'finish'
        return mustAsk(approval, values) ? 'approve' : calls(values)
      },
    },
    ...(approval === undefined ? [] : asked),
    ...['once', 'again'].flatMap(
      (from) =>
        [
          { type: 'edge', from, to: 'collect' },
          { type: 'error', from, to: 'lost' },
        ] as const,
    ),
    { type: 'edge', from: 'lost', to: 'collect' },
    { type: 'edge', from: 'collect', to: 'model' },
    { type: 'error', from: 'model', to: 'fail' },
    { type: 'error', from: 'conclude', to: 'fail' },
    ...['finish', 'conclude', 'fail'].map((from) => ({ type: 'edge', from, to: end }) as const),
  ]
}

/** Asks until the model says something or calls a tool, twice at most. */
async function askWhole(
  model: Model,
  request: Parameters<typeof ask>[1],
  context: NodeContext,
): Promise<AssistantMessage> {
  for (let asked = 1; asked <= 2; asked += 1) {
    const said = await ask(model, request, context)
    const calls = request.toolChoice === 'none' ? [] : callsOf([said])
    if (textOf(said).trim() !== '' || calls.length > 0) return said
  }
  throw new KeepupError('model-failed', `${model.id} was asked twice and said nothing. Use another model.`)
}

function withoutCalls({ role, content }: AssistantMessage): AssistantMessage {
  return { role, content: content.filter(({ type }) => type !== 'tool-call') }
}

/** The calls of the last message. */
function callsOf(messages: readonly Message[]): readonly ToolCallPart[] {
  const last = messages.at(-1)
  if (last?.role !== 'assistant') return []
  return last.content.filter((part) => part.type === 'tool-call')
}

/** A result for every call, in their order. Failures are told in the order of the calls that have none. */
function resultsOf({ messages, results, failures, approval }: AgentLoopValues): readonly ToolResultPart[] {
  const reasons = failures.values()
  return callsOf(messages).map((call) => {
    const found = results.find(({ id }) => id === call.id)
    if (found !== undefined) return found
    if (approval?.approved === false) return toolResult(call, `A person refused this: ${approval.message}`)
    return toolResult(call, `It failed: ${reasons.next().value ?? 'nobody knows why'}`)
  })
}

function describe({ name, input }: ToolCallPart): string {
  const shown: JsonValue = input
  return `${name} ${JSON.stringify(shown)}`
}
