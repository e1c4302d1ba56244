import type { AgentEntry, AgentEvent, AssistantMessage } from '@keepup/core'

import type { LineWriter } from './line-writer.ts'
import { outcomeText } from './outcome-text.ts'

/**
 * A run as Codex tells one with `codex exec --json`: `thread.started`, `turn.started`, `item.started` and `item.completed`, and `turn.completed` or `turn.failed`. A command of the shell is
 * a `command_execution`, every other call an `mcp_tool_call` of the server `keepup`.
 */
export function codexLines(): LineWriter {
  const begun = new Map<string, object>()
  let items = 0
  const item = (content: object): object => ({ id: `item_${items++}`, ...content })
  return (event: AgentEvent) => {
    if ('live' in event) return []
    switch (event.type) {
      case 'run-started':
      case 'run-resumed':
        return [{ type: 'thread.started', thread_id: event.thread }, { type: 'turn.started' }]
      case 'assistant-message': {
        const said = spoken(event.data.message).map((content) => ({
          type: 'item.completed',
          item: item(content),
        }))
        const calls = event.data.message.content.flatMap((part) => {
          if (part.type !== 'tool-call') return []
          const call = item(callItem(part.name, part.input))
          begun.set(part.id, call)
          return [{ type: 'item.started', item: call }]
        })
        return [...said, ...calls]
      }
      case 'tool-finished': {
        const call = begun.get(event.data.call) ?? item(callItem(event.data.tool, {}))
        begun.delete(event.data.call)
        return [{ type: 'item.completed', item: { ...call, ...ended(event, call) } }]
      }
      case 'model-failed':
        return [
          { type: 'item.completed', item: item({ type: 'error', message: event.data.failure.message }) },
        ]
      case 'run-finished':
        return [finished(event)]
      default:
        return []
    }
  }
}

function spoken({ content }: AssistantMessage): object[] {
  return content.flatMap((part) => {
    if (part.type === 'text') return part.text === '' ? [] : [{ type: 'agent_message', text: part.text }]
    return part.type === 'reasoning' ? [{ type: 'reasoning', text: part.text }] : []
  })
}

function callItem(name: string, input: unknown): object {
  if (name === 'shell') {
    const command =
      typeof input === 'object' && input !== null && 'command' in input ? String(input.command) : ''
    return {
      type: 'command_execution',
      command,
      aggregated_output: '',
      exit_code: null,
      status: 'in_progress',
    }
  }
  return {
    type: 'mcp_tool_call',
    server: 'keepup',
    tool: name,
    arguments: input,
    result: null,
    error: null,
    status: 'in_progress',
  }
}

function ended({ data: { outcome } }: AgentEntry<'tool-finished'>, call: object): object {
  const status = outcome.type === 'completed' ? 'completed' : 'failed'
  const text = outcomeText(outcome)
  if ('command' in call) return { aggregated_output: text, exit_code: exitOf(outcome), status }
  if (status === 'failed') return { error: { message: text }, status }
  return { result: { content: [{ type: 'text', text }], structured_content: null }, status }
}

/** The status of a command, where the tool tells it as data. */
function exitOf(outcome: AgentEntry<'tool-finished'>['data']['outcome']): number | null {
  const told = 'output' in outcome ? outcome.output?.structured : undefined
  const exit = typeof told === 'object' && told !== null && 'exit' in told ? told['exit'] : undefined
  if (typeof exit === 'number') return exit
  return outcome.type === 'completed' ? 0 : null
}

function finished({ data: { outcome, usage, text } }: AgentEntry<'run-finished'>): object {
  if (outcome.type !== 'completed' && outcome.type !== 'limit-reached' && outcome.type !== 'stopped') {
    return { type: 'turn.failed', error: { message: outcome.type === 'failed' ? outcome.message : text } }
  }
  const { input, cached, output } = usage
  return {
    type: 'turn.completed',
    usage: { input_tokens: input, cached_input_tokens: cached, output_tokens: output },
  }
}
