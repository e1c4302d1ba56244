import type { AgentEntry, ToolOutcome } from '@keepup/core'
import type { Attributes } from '@opentelemetry/api'

import { contentAttributes, textOf } from './content-attributes.ts'
import { spanIdOf } from './span-identity.ts'
import type { OpenRun, OpenToolCall, ThreadStory } from './thread-story.ts'
import { operationAttributes } from './told-operation.ts'
import type { TraceOptions } from './trace-options.ts'
import type { TraceSpan } from './trace-span.ts'

/** A call of a tool as a span: `execute_tool`. */
export function toolSpan(
  story: ThreadStory,
  run: OpenRun,
  call: OpenToolCall,
  entry: AgentEntry<'tool-finished'>,
  options: TraceOptions,
): TraceSpan {
  const { data, time } = entry
  const error = errorOf(data.outcome)
  return {
    traceId: run.traceId,
    spanId: spanIdOf(story.thread, call.sequence),
    parent: { traceId: run.traceId, spanId: run.spanId },
    name: `execute_tool ${call.tool}`,
    kind: 'internal',
    start: call.start,
    end: time,
    attributes: {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': call.tool,
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.call.id': data.call,
      ...operationAttributes(entry),
      ...options.tool?.(call.tool),
      ...(call.attempts > 1 ? { 'keepup.attempt': call.attempts } : {}),
      ...approvalAttributes(call),
      'keepup.outcome': data.outcome.type,
      ...contentAttributes(options.content, {
        'gen_ai.tool.call.arguments': story.inputs.get(data.call),
        'gen_ai.tool.call.result': resultOf(data.outcome),
      }),
    },
    ...(error === undefined ? {} : { error }),
    moments: [],
  }
}

/** Whether somebody was asked, what was answered, and how long that took. */
function approvalAttributes({ asked, answered, allowed, rule }: OpenToolCall): Attributes {
  if (asked === undefined) return {}
  return {
    'keepup.approval.decision': allowed === undefined ? 'open' : allowed ? 'allow' : 'deny',
    ...(rule === undefined ? {} : { 'keepup.approval.policy': rule }),
    ...(answered === undefined ? {} : { 'keepup.approval.wait_ms': answered - asked }),
  }
}

/** Codes alone: messages may hold what was read. */
function errorOf(outcome: ToolOutcome): string | undefined {
  if (outcome.type === 'completed') return undefined
  return outcome.type === 'failed' ? outcome.code : outcome.type
}

function resultOf(outcome: ToolOutcome): unknown {
  if (outcome.type === 'denied' || outcome.type === 'unknown') return outcome.reason
  if (outcome.type === 'failed') return outcome.message
  return outcome.output === undefined ? undefined : textOf(outcome.output.content)
}
