import { type AnswerCase, before, deny, failure, shown, specific, warned } from './answer-case.ts'

const tool = { event: 'BeforeTool', at: 'a call' } as const
const answered = { event: 'AfterTool', at: 'a call that completed' } as const
const model = { event: 'BeforeModel', at: 'a call of the model' } as const
const selection = { event: 'BeforeToolSelection', at: 'a call of the model' } as const

/** Gemini CLI's. */
export const geminiAnswers: readonly AnswerCase[] = [
  { ...tool, prints: '', means: {} },
  { ...tool, prints: { decision: 'allow' }, means: {} },
  { ...tool, prints: { decision: 'deny', reason: 'no' }, means: deny('no') },
  { ...tool, prints: { decision: 'block', reason: 'no' }, means: deny('no') },
  { ...tool, prints: { continue: false, stopReason: 'no' }, means: { ...deny('no'), stop: 'no' } },
  { ...tool, prints: { systemMessage: 'm', suppressOutput: true }, means: { messages: ['m'] } },
  { ...tool, prints: 'a plain word', means: failure },
  { ...tool, prints: 'a log line\n{"decision":"deny","reason":"no"}', means: deny('no') },
  { ...tool, prints: '{"decision":"deny","reason":"no"}\n{"decision":"allow"}', means: deny('no') },
  { ...tool, prints: '{"decision":"allow"}\n{"decision"', means: failure },
  { ...tool, prints: { allowed: false }, means: failure },
  { ...tool, exit: 2, errors: 'no', means: deny('no') },
  { ...tool, exit: 1, means: failure },
  {
    ...tool,
    prints: specific('BeforeTool', { tool_input: { command: 'ls' } }),
    means: { input: { command: 'ls', timeout_ms: 5 } },
  },
  {
    ...tool,
    prints: before({ permissionDecision: 'deny', permissionDecisionReason: 'no' }),
    means: deny('no'),
  },
  { ...tool, prints: before({ permissionDecision: 'allow' }), means: {} },
  { ...answered, prints: { decision: 'deny', reason: 'hidden' }, means: shown('hidden') },
  { ...answered, exit: 2, errors: 'hidden', means: shown('hidden') },
  { ...answered, prints: specific('AfterTool', { additionalContext: 'x' }), means: { context: ['x'] } },
  { ...answered, prints: specific('AfterTool', { tool_output: 'y' }), means: shown('y') },
  {
    ...answered,
    prints: specific('AfterTool', { tailToolCallRequest: { name: 'a', args: {} } }),
    means: warned,
  },
  {
    event: 'BeforeAgent',
    at: 'a prompt',
    prints: specific('BeforeAgent', { additionalContext: 'x' }),
    means: { context: ['x'] },
  },
  { event: 'BeforeAgent', at: 'a prompt', prints: { decision: 'deny', reason: 'no' }, means: deny('no') },
  { event: 'AfterAgent', at: 'a stop', prints: { decision: 'deny', reason: 'again' }, means: deny('again') },
  {
    event: 'AfterAgent',
    at: 'a stop',
    prints: specific('AfterAgent', { clearContext: true }),
    means: warned,
  },
  { ...model, prints: { decision: 'deny', reason: 'no' }, means: deny('no') },
  {
    ...model,
    prints: specific('BeforeModel', { llm_request: { model: 'c' } }),
    means: failure,
  },
  {
    ...model,
    prints: specific('BeforeModel', { llm_response: {} }),
    means: failure,
  },
  { ...selection, prints: specific('BeforeToolSelection', { toolConfig: { mode: 'AUTO' } }), means: {} },
  {
    ...selection,
    prints: specific('BeforeToolSelection', { toolConfig: { mode: 'NONE' } }),
    means: failure,
  },
  {
    ...selection,
    prints: specific('BeforeToolSelection', { toolConfig: { mode: 'ANY', allowedFunctionNames: ['a'] } }),
    means: failure,
  },
  { event: 'AfterModel', at: 'an answer', prints: { decision: 'deny', reason: 'no' }, means: { stop: 'no' } },
  {
    event: 'AfterModel',
    at: 'an answer',
    prints: specific('AfterModel', { llm_response: {} }),
    means: warned,
  },
  {
    event: 'SessionStart',
    at: 'a start',
    prints: specific('SessionStart', { additionalContext: 'x' }),
    means: { context: ['x'] },
  },
  { event: 'SessionEnd', at: 'an end', prints: { systemMessage: 'm' }, means: { messages: ['m'] } },
  {
    event: 'Notification',
    at: 'a notice',
    prints: { decision: 'deny', reason: 'no' },
    means: { messages: ['no'] },
  },
  {
    event: 'PreCompress',
    at: 'before a compaction',
    prints: { decision: 'deny', reason: 'no' },
    means: { messages: ['no'] },
  },
  {
    event: 'PreCompress',
    at: 'before a compaction',
    exit: 1,
    means: warned,
  },
]
