import type { HookEvent, HookSituation, JsonValue, ToolCall } from '@keepup/core'

/** A call of a tool, as the coordinator hands it to hooks. */
export function callOf(name: string, input: JsonValue): ToolCall {
  return { thread: 'a-thread', id: 'call-1', key: 'key-1', name, input }
}

/** Before a call of a tool. */
export function toolRequested(
  input: JsonValue = { command: 'rm victim' },
  name = 'shell',
): Extract<HookEvent, { type: 'tool-requested' }> {
  return { type: 'tool-requested', call: callOf(name, input), input, effects: [] }
}

/** After a call of a tool that printed something. */
export function toolEnded(
  text = 'printed',
  name = 'shell',
  input: JsonValue = { command: 'ls' },
): Extract<HookEvent, { type: 'tool-ended' }> {
  const output = { content: [{ type: 'text', text }] } as const
  return {
    type: 'tool-ended',
    call: callOf(name, input),
    input,
    outcome: { type: 'completed', output },
    duration: 12,
  }
}

/** The moment that hooks are run in. */
export function situationOf(parts: Partial<HookSituation> = {}): HookSituation {
  return { thread: 'a-thread', mode: 'ask', signal: new AbortController().signal, ...parts }
}
