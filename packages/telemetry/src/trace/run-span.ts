import type { AgentEntry, RunOutcome } from '@keepup/core'
import type { Attributes } from '@opentelemetry/api'

import { contentAttributes, toldMessage } from './content-attributes.ts'
import { modelAttributes } from './model-attributes.ts'
import type { OpenRun, ThreadStory } from './thread-story.ts'
import type { TraceOptions } from './trace-options.ts'
import type { TraceSpan } from './trace-span.ts'

/** A run as a span: `invoke_agent`. What its model calls used stands on those alone, so that nobody counts it twice. */
export function runSpan(
  story: ThreadStory,
  run: OpenRun,
  entry: AgentEntry<'run-finished'>,
  options: TraceOptions,
): TraceSpan {
  const { outcome, text, turns } = entry.data
  const name = agentName(story, options)
  const error = errorOf(outcome)
  return {
    traceId: run.traceId,
    spanId: run.spanId,
    ...(run.parent === undefined ? {} : { parent: run.parent }),
    name: `invoke_agent ${name}`,
    kind: 'internal',
    start: run.start,
    end: entry.time,
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      ...agentAttributes(story, run, options),
      'keepup.thread.id': story.thread,
      ...(story.root === undefined ? {} : { 'keepup.root.id': story.root }),
      'keepup.run.id': run.id,
      'keepup.checkpoint.id': `${story.thread}@${entry.sequence}`,
      'keepup.outcome': outcome.type,
      'keepup.turns': turns,
      'keepup.inference_calls': run.models,
      'keepup.tool_calls': run.tools,
      ...contentAttributes(options.content, {
        'gen_ai.input.messages': run.asked === undefined ? undefined : [toldMessage(run.asked)],
        'gen_ai.output.messages': [{ role: 'assistant', parts: [{ type: 'text', content: text }] }],
      }),
    },
    ...(error === undefined ? {} : { error }),
    moments: run.moments,
  }
}

/** The agent of a thread: the role it was started in by another one, or what the program says. */
function agentName(story: ThreadStory, { agent }: TraceOptions): string {
  return story.role ?? agent?.name ?? 'keepup'
}

function agentAttributes(story: ThreadStory, run: OpenRun, options: TraceOptions): Attributes {
  const { agent, profile = '1.41' } = options
  const name = { 'gen_ai.agent.name': agentName(story, options) }
  if (story.role !== undefined) return { ...name, 'keepup.role': story.role }
  const description =
    agent?.description === undefined ? {} : { 'gen_ai.agent.description': agent.description }
  // Taken away from this span by the conventions since.
  if (profile === 'latest') return { ...name, ...description }
  const provider = modelAttributes(run.model)['gen_ai.provider.name']
  return {
    ...name,
    ...description,
    ...(agent?.version === undefined ? {} : { 'gen_ai.agent.version': agent.version }),
    ...(provider === undefined ? {} : { 'gen_ai.provider.name': provider }),
  }
}

/** A limit that was reached led to an answer, and is none. */
function errorOf(outcome: RunOutcome): string | undefined {
  if (outcome.type === 'failed') return outcome.code
  return outcome.type === 'interrupted' ? 'interrupted' : undefined
}
