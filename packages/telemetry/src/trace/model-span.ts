import type { AgentEntry, AssistantMessage, Money, Timestamp, Usage } from '@keepup/core'
import type { Attributes } from '@opentelemetry/api'

import { contentAttributes, toldMessage, toldTool } from './content-attributes.ts'
import { modelAttributes, modelNameOf } from './model-attributes.ts'
import { spanIdOf } from './span-identity.ts'
import type { OpenModelCall, OpenRun, ThreadStory } from './thread-story.ts'
import type { TraceOptions } from './trace-options.ts'
import type { TraceSpan } from './trace-span.ts'
import { usageAttributes } from './usage-attributes.ts'

/** How a call of the model ended. */
export interface ModelCallEnd {
  readonly time: Timestamp
  readonly error?: string
  readonly usage?: Usage
  /** Left out where no price is known. */
  readonly cost?: Money
  readonly message?: AssistantMessage
  readonly model?: string
  readonly reason?: string
}

/** A call of the model as a span: `chat`. The only span that tells what was used. */
export function modelSpan(
  story: ThreadStory,
  run: OpenRun,
  call: OpenModelCall,
  end: ModelCallEnd,
  options: TraceOptions,
): TraceSpan {
  const { model } = call.data
  return {
    traceId: run.traceId,
    spanId: spanIdOf(story.thread, call.sequence),
    parent: { traceId: run.traceId, spanId: run.spanId },
    name: `chat ${modelNameOf(model)}`,
    kind: 'client',
    start: call.start,
    end: end.time,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.output.type': 'text',
      'gen_ai.request.stream': true,
      ...modelAttributes(model),
      ...answered(end),
      ...(end.usage === undefined ? {} : usageAttributes(end.usage, end.cost, options.profile ?? '1.41')),
      ...(call.first === undefined
        ? {}
        : { 'gen_ai.response.time_to_first_chunk': (call.first - call.start) / 1000 }),
      ...(story.compacted ? { 'gen_ai.conversation.compacted': true } : {}),
      'keepup.turn': call.data.turn,
      'keepup.attempt': call.data.attempt,
      ...said(story, end, options),
    },
    ...(end.error === undefined ? {} : { error: end.error }),
    moments: [],
  }
}

function answered({ model, reason }: ModelCallEnd): Attributes {
  return {
    ...(model === undefined ? {} : { 'gen_ai.response.model': modelNameOf(model) }),
    ...(reason === undefined ? {} : { 'gen_ai.response.finish_reasons': [reason] }),
  }
}

/** Of the conversation only what is new since the call before: the rest stands there, and a long thread would be told again in every span. */
function said(
  { news, instructions }: ThreadStory,
  { message, reason }: ModelCallEnd,
  options: TraceOptions,
): Attributes {
  if (options.content === undefined) return {}
  const answer = message === undefined ? undefined : [withReason(toldMessage(message), reason)]
  return contentAttributes(options.content, {
    'gen_ai.input.messages': news.map(toldMessage),
    'gen_ai.output.messages': answer,
    'gen_ai.system_instructions':
      instructions === undefined ? undefined : [{ type: 'text', content: instructions.system }],
    'gen_ai.tool.definitions': instructions?.tools.map(toldTool),
  })
}

function withReason(message: unknown, reason: string | undefined): unknown {
  return { ...(message as object), ...(reason === undefined ? {} : { finish_reason: reason }) }
}

/** How an answered call ended. */
export function answeredCall({ data, time }: AgentEntry<'assistant-message'>): ModelCallEnd {
  const { usage, cost, unpriced, message, model, reason } = data
  return { time, usage, ...(unpriced === true ? {} : { cost }), message, model, reason }
}

/** How a call ended that failed. */
export function failedCall({ data, time }: AgentEntry<'model-failed'>): ModelCallEnd {
  const { failure, usage, cost } = data
  return {
    time,
    error: failure.kind,
    ...(usage === undefined ? {} : { usage }),
    ...(cost === undefined ? {} : { cost }),
  }
}
