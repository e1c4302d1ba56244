import { type AnswerCase, anyWords, ask, call, deny, ended, failure, prompt, warned } from './answer-case.ts'

/** Cline's. */
export const clineAnswers: readonly AnswerCase[] = [
  { ...call, prints: '', means: {} },
  { ...call, prints: { cancel: false, contextModification: '', errorMessage: '' }, means: {} },
  { ...call, prints: { cancel: true, errorMessage: 'no' }, means: { ...deny('no'), stop: 'no' } },
  {
    ...call,
    prints: { cancel: true },
    means: { ...deny(anyWords), stop: anyWords },
  },
  { ...call, prints: { cancel: 'yes' }, means: failure },
  { ...call, prints: { review: true, errorMessage: 'sure?' }, means: ask('sure?') },
  { ...call, prints: { context: 'x' }, means: { context: ['x'] } },
  { ...call, prints: { contextModification: 'x' }, means: { context: ['x'] } },
  {
    ...call,
    prints: { overrideInput: { command: 'ls' } },
    means: { input: { command: 'ls', timeout_ms: 5 } },
  },
  { ...call, prints: { shouldContinue: false, errorMessage: 'no' }, means: deny('no') },
  { ...call, prints: 'a plain word', means: failure },
  { ...call, prints: { cancel: true, errorMessage: 'no' }, exit: 1, means: failure },
  { ...call, prints: { decision: 'deny', reason: 'no' }, means: deny('no') },
  { ...ended, prints: { contextModification: 'x' }, means: { context: ['x'] } },
  { ...ended, prints: { cancel: true, errorMessage: 'no' }, means: { ...deny('no'), stop: 'no' } },
  { ...prompt, prints: { contextModification: 'x' }, means: { context: ['x'] } },
  { ...prompt, prints: { cancel: true, errorMessage: 'no' }, means: { ...deny('no'), stop: 'no' } },
  { event: 'TaskStart', at: 'a start', prints: { cancel: true, errorMessage: 'no' }, means: { stop: 'no' } },
  { event: 'TaskResume', at: 'a resume', prints: { contextModification: 'x' }, means: { context: ['x'] } },
  { event: 'SessionShutdown', at: 'an end', exit: 1, means: warned },
]
