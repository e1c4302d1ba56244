import { KeepupError, type SignalReceipt } from '@keepup/core'

import type { ChannelValues } from './channel.ts'
import { checkValue } from './check-value.ts'
import type { Wait } from './graph-state.ts'
import type { Graph, NodeTypeMap } from './graph.ts'
import type { NodeDefinition } from './node.ts'
import { graphState } from './read-graph.ts'
import type { Decided } from './run-decision.ts'
import { sendSignal, type SignalSender } from './send-signal.ts'

/** What a node may be answered: its answer, or a decision about it. */
type AnswerTo<Nodes extends NodeTypeMap, Name> = Name extends keyof Nodes
  ? [Nodes[Name]['answer']] extends [never]
    ? Decided
    : Nodes[Name]['answer']
  : unknown

/**
 * Answers the question that a node waits for: durable, from any process; the run takes it when it goes on. `node` is its name, or its path where it is in a graph within
 * (`review/approve`); `wait` tells apart several waits of one node. Fails `signal-unknown` where nothing like it waits, `input-invalid` where the answer does not fit.
 */
export async function answerGraph<
  Values extends ChannelValues,
  Nodes extends NodeTypeMap,
  const Name extends (keyof Nodes & string) | `${keyof Nodes & string}/${string}`,
>(
  options: SignalSender & {
    readonly graph: Graph<Values, Nodes>
    readonly node: Name
    readonly answer: NoInfer<AnswerTo<Nodes, Name>>
    readonly wait?: string
  },
): Promise<SignalReceipt> {
  const { graph, node, answer, thread } = options
  const { waits } = await graphState(options)
  const open = waits.find(
    ({ node: waiting, wait }) =>
      waiting === node &&
      (wait.for === 'person' || wait.for === 'decision') &&
      (options.wait === undefined || wait.id === options.wait),
  )
  if (open === undefined) throw nothingWaits(thread, node, waits)
  await checkAnswer(definitionAt(graph, node), open.wait, answer)
  return sendSignal(options, { channel: `answers:${open.wait.id}`, type: 'answer', data: { answer } })
}

function definitionAt(graph: Graph, path: string): NodeDefinition | undefined {
  const [name = '', ...rest] = path.split('/')
  const node = graph.nodes[name]
  if (rest.length === 0) return node
  return node?.kind === 'graph' ? definitionAt(node.graph, rest.join('/')) : undefined
}

async function checkAnswer(
  definition: NodeDefinition | undefined,
  wait: Wait,
  answer: unknown,
): Promise<void> {
  if (wait.for !== 'person' || definition?.kind !== 'person') return
  const checked = await checkValue(definition.answer, answer)
  if ('value' in checked) return
  const { message, pointer = '' } = checked.misfit
  throw new KeepupError(
    'input-invalid',
    `The answer does not fit at '${pointer}': ${message}. Nothing was sent.`,
    {
      details: { pointer, wait: wait.id },
    },
  )
}

function nothingWaits(
  thread: string,
  node: string,
  waits: readonly { readonly node: string; readonly wait: Wait }[],
): KeepupError {
  const others = waits.filter(({ wait }) => wait.for === 'person' || wait.for === 'decision')
  const known =
    others.length === 0
      ? 'Nobody is asked anything.'
      : `Asked are ${others.map((other) => other.node).join(', ')}.`
  return new KeepupError('signal-unknown', `Node ${node} of thread ${thread} waits for no answer. ${known}`, {
    details: { thread, node },
  })
}
