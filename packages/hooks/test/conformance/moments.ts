import { type HookEvent, noUsage } from '@keepup/core'

import { callOf, toolEnded, toolRequested } from '../moment.ts'

const failed = {
  ...toolEnded(),
  outcome: { type: 'failed', code: 'tool-failed', message: 'It broke.' },
} as const

const mcpCall = callOf('mcp__files__list', { at: '/' })

/** One event of each moment, by a name that the tables use. */
export const moments = {
  'a call': toolRequested({ command: 'rm victim', timeout_ms: 5 }),
  'a call of an MCP server': { ...toolRequested(), call: mcpCall, input: mcpCall.input },
  'a question': {
    type: 'permission-requested',
    call: callOf('shell', { command: 'ls' }),
    input: { command: 'ls' },
    question: 'Sure?',
    reasons: [],
  },
  'a call that completed': toolEnded('printed'),
  'a call that failed': failed,
  'a call that was denied': { ...toolEnded(), outcome: { type: 'denied', reason: 'never' } },
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
} as const satisfies Readonly<Record<string, HookEvent>>

/** The name of one of them. */
export type MomentName = keyof typeof moments
