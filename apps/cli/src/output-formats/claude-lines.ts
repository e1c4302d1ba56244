import type { AgentEntry, AgentEvent, AssistantMessage, Usage } from '@keepup/core'

import type { LineWriter, RunFacts } from './line-writer.ts'
import { outcomeText } from './outcome-text.ts'

/**
 * A run as Claude Code tells one with `--output-format stream-json`: `system` (init), `assistant` and `user` with messages as Anthropic's API has them, and `result`. Tools
 * keep keepup's names; `total_cost_usd` counts retries too.
 */
export function claudeLines({ folder, model, mode }: RunFacts): LineWriter {
  let started = 0
  return (event: AgentEvent) => {
    if ('live' in event) return []
    const common = {
      session_id: event.thread,
      uuid: `${event.thread}:${event.sequence}`,
      parent_tool_use_id: null,
    }
    switch (event.type) {
      case 'run-started':
      case 'run-resumed':
        started = event.time
        return [
          {
            type: 'system',
            subtype: 'init',
            ...common,
            cwd: folder,
            model,
            permissionMode: mode,
            tools: [],
            mcp_servers: [],
            slash_commands: [],
            apiKeySource: 'none',
            output_style: 'default',
          },
        ]
      case 'user-message': {
        const content = event.data.message.content.map((part) =>
          part.type === 'text'
            ? { type: 'text', text: part.text }
            : { type: 'text', text: `[${part.mediaType}]` },
        )
        return [{ type: 'user', message: { role: 'user', content }, ...common }]
      }
      case 'assistant-message':
        return [{ type: 'assistant', message: assistant(event), ...common }]
      case 'tool-finished': {
        const { call, outcome } = event.data
        const answer = {
          type: 'tool_result',
          tool_use_id: call,
          content: outcomeText(outcome),
          is_error: outcome.type !== 'completed',
        }
        return [{ type: 'user', message: { role: 'user', content: [answer] }, ...common }]
      }
      case 'run-finished':
        return [result(event, started)]
      default:
        return []
    }
  }
}

const reasons = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  other: null,
} as const

function assistant({ data, thread, sequence }: AgentEntry<'assistant-message'>): object {
  return {
    id: `msg_${thread}_${sequence}`,
    type: 'message',
    role: 'assistant',
    model: data.model,
    content: data.message.content.map(block),
    stop_reason: reasons[data.reason],
    stop_sequence: null,
    usage: usage(data.usage),
  }
}

function block(part: AssistantMessage['content'][number]): object {
  if (part.type === 'text') return { type: 'text', text: part.text }
  if (part.type === 'reasoning') return { type: 'thinking', thinking: part.text, signature: '' }
  return { type: 'tool_use', id: part.id, name: part.name, input: part.input }
}

/** Their `input_tokens` leave out what the cache took part in. */
function usage({ input, cached, cacheWritten, output }: Usage): object {
  return {
    input_tokens: input - cached - cacheWritten,
    cache_read_input_tokens: cached,
    cache_creation_input_tokens: cacheWritten,
    output_tokens: output,
  }
}

function result({ data, thread, time, sequence }: AgentEntry<'run-finished'>, started: number): object {
  const { outcome, text, turns, cost, usage: used } = data
  const isLimit = outcome.type === 'limit-reached' && outcome.limit === 'turns'
  const subtype =
    outcome.type === 'completed' ? 'success' : isLimit ? 'error_max_turns' : 'error_during_execution'
  return {
    type: 'result',
    subtype,
    is_error: subtype !== 'success',
    duration_ms: time - started,
    duration_api_ms: time - started,
    num_turns: turns,
    result: text,
    session_id: thread,
    uuid: `${thread}:${sequence}`,
    total_cost_usd: cost / 1e9,
    usage: usage(used),
    permission_denials: [],
  }
}
