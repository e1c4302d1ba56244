import type { Limits, Mode, Model, RunAgent } from '@keepup/core'

import type {
  AgentNode,
  ChannelUpdate,
  ChannelValues,
  FunctionNode,
  NodeContext,
  NodeOptions,
  TakesInput,
} from '../index.ts'
import { askForText } from './ask-model.ts'
import type { NoChannels } from './compose-pattern.ts'

/** Who does a piece of work: an agent in a thread of its own, or one call of a model. */
export interface Worker<Own extends ChannelValues = NoChannels> {
  readonly by: RunAgent | Model
  /** What a model is told of itself. An agent knows. */
  readonly system?: string
  /** For an agent. */
  readonly limits?: Limits
  /** For an agent. */
  readonly mode?: Mode
  /** For an agent: `wait` when left out, so that a call that must be asked about makes the graph wait. */
  readonly unattended?: 'deny' | 'wait'
  /** What of its answer goes into channels of one's own. */
  readonly keep?: (text: string, values: Own) => ChannelUpdate<Own>
}

/** A worker whose work is chosen by what is said of it. */
export interface Member<Own extends ChannelValues = NoChannels> extends Worker<Own> {
  /** What it is good at, for those who choose. */
  readonly description: string
}

/** What a worker is told, and what becomes of its words. */
export interface Work<Values, Input> extends NodeOptions, TakesInput<Input> {
  readonly prompt: (values: Values, context: NodeContext) => string
  readonly update: (text: string, values: Values, context: NodeContext) => ChannelUpdate<Values>
}

/** A worker as a node. */
export function workerNode<Values extends ChannelValues, Own extends ChannelValues, Input = unknown>(
  worker: Worker<Own>,
  { prompt, update, ...options }: Work<Values, Input>,
): AgentNode<Values> | FunctionNode<Values> {
  const { by, system = '' } = worker
  function updateOf(text: string, values: Values, context: NodeContext): ChannelUpdate<Values> {
    // The channels of one's own stand beside those of the pattern.
    return { ...update(text, values, context), ...worker.keep?.(text, values as unknown as Own) }
  }
  if (typeof by !== 'function') {
    return {
      ...options,
      kind: 'function',
      run: async (values, context) => {
        const text = await askForText(by, { system, prompt: prompt(values, context) }, context)
        return updateOf(text, values, context)
      },
    }
  }
  const { limits, mode, unattended } = worker
  return {
    ...options,
    kind: 'agent',
    agent: by,
    ...(limits === undefined ? {} : { limits }),
    ...(mode === undefined ? {} : { mode }),
    ...(unattended === undefined ? {} : { unattended }),
    prompt,
    update: ({ text }, values, context) => updateOf(text, values, context),
  }
}

/** Members as a model is told of them. */
export function listMembers(members: Readonly<Record<string, { readonly description: string }>>): string {
  return Object.entries(members)
    .map(([name, { description }]) => `- ${name}: ${description}`)
    .join('\n')
}
