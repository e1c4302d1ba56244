import type { AgentEntry, AgentEvent } from '@keepup/core'

import type { LineWriter, RunFacts } from './line-writer.ts'
import { outcomeText } from './outcome-text.ts'

/** A run as Gemini CLI tells one with `--output-format stream-json`: `init`, `message`, `tool_use`, `tool_result`, `error` and `result`. Texts come in deltas where they are streamed. */
export function geminiLines({ model }: RunFacts): LineWriter {
  let started = 0
  let calls = 0
  let streamed = false
  return (event: AgentEvent) => {
    if ('live' in event) {
      if (event.type !== 'text-streamed') return []
      streamed = true
      return [
        {
          type: 'message',
          timestamp: new Date().toISOString(),
          role: 'assistant',
          content: event.text,
          delta: true,
        },
      ]
    }
    const timestamp = new Date(event.time).toISOString()
    switch (event.type) {
      case 'run-started':
      case 'run-resumed':
        started = event.time
        return [{ type: 'init', timestamp, session_id: event.thread, model }]
      case 'user-message':
        return [{ type: 'message', timestamp, role: 'user', content: textOf(event.data.message.content) }]
      case 'assistant-message': {
        const content = textOf(event.data.message.content)
        const whole =
          streamed || content === '' ? [] : [{ type: 'message', timestamp, role: 'assistant', content }]
        streamed = false
        return [...whole, ...wanted(event, timestamp)]
      }
      case 'tool-finished':
        calls += 1
        return [toolResult(event, timestamp)]
      case 'model-failed':
        return [{ type: 'error', timestamp, severity: 'warning', message: event.data.failure.message }]
      case 'run-finished':
        return [result(event, { timestamp, calls, started })]
      default:
        return []
    }
  }
}

function textOf(parts: readonly { readonly type: string; readonly text?: string }[]): string {
  return parts.map(({ type, text = '' }) => (type === 'text' ? text : '')).join('')
}

function wanted({ data }: AgentEntry<'assistant-message'>, timestamp: string): object[] {
  return data.message.content.flatMap((part) =>
    part.type === 'tool-call'
      ? [{ type: 'tool_use', timestamp, tool_name: part.name, tool_id: part.id, parameters: part.input }]
      : [],
  )
}

function toolResult({ data: { call, outcome } }: AgentEntry<'tool-finished'>, timestamp: string): object {
  const output = outcomeText(outcome)
  const common = { type: 'tool_result', timestamp, tool_id: call, output }
  if (outcome.type === 'completed') return { ...common, status: 'success' }
  const type = outcome.type === 'failed' ? outcome.code : outcome.type
  return { ...common, status: 'error', error: { type, message: output } }
}

function result(
  { data: { outcome, usage }, time }: AgentEntry<'run-finished'>,
  {
    timestamp,
    calls,
    started,
  }: { readonly timestamp: string; readonly calls: number; readonly started: number },
): object {
  const isError = outcome.type === 'failed' || outcome.type === 'interrupted'
  const error =
    outcome.type === 'failed'
      ? { type: outcome.code, message: outcome.message }
      : { type: outcome.type, message: outcome.type }
  return {
    type: 'result',
    timestamp,
    status: isError ? 'error' : 'success',
    ...(isError ? { error } : {}),
    stats: {
      total_tokens: usage.input + usage.output,
      input_tokens: usage.input,
      output_tokens: usage.output,
      cached: usage.cached,
      input: usage.input - usage.cached,
      duration_ms: time - started,
      tool_calls: calls,
    },
  }
}
