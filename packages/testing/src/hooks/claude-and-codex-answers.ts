import {
  after,
  allow,
  type AnswerCase,
  before,
  call,
  deny,
  ended,
  shown,
  specific,
  warned,
} from './answer-case.ts'
import { sharedAnswers } from './shared-answers.ts'

/** Claude Code's own. */
export const claudeAnswers: readonly AnswerCase[] = [
  ...sharedAnswers,
  { ...call, prints: { decision: 'approve' }, means: allow },
  { ...call, prints: before({ permissionDecision: 'allow' }), means: allow },
  {
    ...call,
    prints: before({ permissionDecision: 'allow', updatedInput: { command: 'ls', timeout: 9 } }),
    means: { ...allow, input: { command: 'ls', timeout_ms: 9 } },
  },
  { ...call, prints: { decision: 'allow' }, means: {} },
  // It replaces the whole input there: what it leaves out is gone.
  { ...call, prints: before({ updatedInput: { command: 'ls' } }), means: { input: { command: 'ls' } } },
  { ...call, prints: { terminalSequence: '\u001B[2J' }, means: {} },
  { ...call, prints: { async: true }, means: {} },
  { ...ended, prints: after({ updatedToolOutput: { stdout: 'a', stderr: 'b' } }), means: shown('a\nb') },
  {
    event: 'PermissionDenied',
    at: 'a call that was denied',
    prints: specific('PermissionDenied', { retry: true }),
    means: warned,
  },
  { event: 'Notification', at: 'a notice', exit: 2, errors: 'hm', means: { messages: ['hm'] } },
  { event: 'SessionEnd', at: 'an end', prints: { systemMessage: 'bye' }, means: { messages: ['bye'] } },
]

/** What its schemas declare and its program rejects is heeded here where it is stricter, and where it says more than "go on" it is not. */
export const codexAnswers: readonly AnswerCase[] = [
  ...sharedAnswers,
  { ...call, prints: { decision: 'approve' }, means: {} },
  { ...call, prints: before({ permissionDecision: 'allow' }), means: {} },
  {
    ...call,
    prints: before({ permissionDecision: 'allow', updatedInput: { command: 'ls' } }),
    means: { input: { command: 'ls', timeout_ms: 5 } },
  },
  {
    ...call,
    prints: before({ updatedInput: { command: 'ls' } }),
    means: { input: { command: 'ls', timeout_ms: 5 } },
  },
  {
    event: 'PreModelRequest',
    at: 'a call of the model',
    prints: { decision: 'block', reason: 'no' },
    means: deny('no'),
  },
  { event: 'Interrupt', at: 'an interrupt', prints: { systemMessage: 'm' }, means: { messages: ['m'] } },
]
