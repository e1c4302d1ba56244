import { type HookEvent, type JsonValue, noUsage, type ToolCall, type ToolOutcome } from '@keepup/core'

const thread = 'a-thread'

function callOf(name: string, input: JsonValue): ToolCall {
  return { thread, id: 'call-1', key: 'key-1', name, input }
}

function requested(name: string, input: JsonValue): HookEvent {
  return { type: 'tool-requested', call: callOf(name, input), input, effects: [] }
}

function endedWith(outcome: ToolOutcome): HookEvent {
  const input = { command: 'ls' }
  return { type: 'tool-ended', call: callOf('shell', input), input, outcome, duration: 12 }
}

const printed: ToolOutcome = { type: 'completed', output: { content: [{ type: 'text', text: 'printed' }] } }

/** A moment, as the tables name it. */
export type MomentName =
  | 'a call'
  | 'a call of an MCP server'
  | 'a question'
  | 'a call that completed'
  | 'a call that failed'
  | 'a call that was denied'
  | 'a prompt'
  | 'a call of the model'
  | 'an answer'
  | 'a start'
  | 'a resume'
  | 'an end'
  | 'an interrupt'
  | 'a failure'
  | 'a stop'
  | 'the start of an agent'
  | 'the end of an agent'
  | 'before a compaction'
  | 'after a compaction'
  | 'a notice'

/** One event of each moment, by a name that the tables use. */
export const moments: Readonly<Record<MomentName, HookEvent>> = {
  'a call': requested('shell', { command: 'rm victim', timeout_ms: 5 }),
  'a call of an MCP server': requested('mcp__files__list', { at: '/' }),
  'a question': {
    type: 'permission-requested',
    call: callOf('shell', { command: 'ls' }),
    input: { command: 'ls' },
    question: 'Sure?',
    reasons: [],
  },
  'a call that completed': endedWith(printed),
  'a call that failed': endedWith({ type: 'failed', code: 'tool-failed', message: 'It broke.' }),
  'a call that was denied': endedWith({ type: 'denied', reason: 'never' }),
  'a prompt': { type: 'prompt-submitted', prompt: 'do it' },
  'a call of the model': { type: 'model-requested', model: 'a/b', turn: 3 },
  'an answer': {
    type: 'model-answered',
    model: 'a/b',
    message: { role: 'assistant', content: [{ type: 'text', text: 'hello' }] },
    usage: { ...noUsage, input: 5, output: 2 },
  },
  'a start': { type: 'session-started', source: 'startup' },
  'a resume': { type: 'session-started', source: 'resume' },
  'an end': { type: 'session-ended', reason: 'completed' },
  'an interrupt': { type: 'session-ended', reason: 'interrupted' },
  'a failure': { type: 'session-ended', reason: 'failed' },
  'a stop': { type: 'stop-requested', lastText: 'done', again: true },
  'the start of an agent': { type: 'agent-started', agent: 'a1', role: 'reviewer' },
  'the end of an agent': {
    type: 'agent-ended',
    agent: 'a1',
    role: 'reviewer',
    lastText: 'done',
    again: false,
  },
  'before a compaction': { type: 'compaction-requested', trigger: 'auto' },
  'after a compaction': { type: 'compaction-ended', trigger: 'manual' },
  'a notice': { type: 'notified', text: 'An approval waits.' },
}
