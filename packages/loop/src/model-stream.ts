import { failpoint, type Model, type ModelEvent, type ModelFailure, type ModelRequest } from '@keepup/core'

import { checkAnswer } from './check-answer.ts'

/** How a model call ended. */
export type ModelEnd = Extract<ModelEvent, { type: 'finished' | 'failed' }>

/** How long an aborted model may take to end its stream before it is left alone. */
const patience = 1_000

/**
 * Reads one call of a model to its end. Whatever the model does, there is exactly one end: throwing, ending without a last event, or not heeding an
 * abort within a second become failures. `watch` sees everything before the end.
 */
export async function readModel(
  model: Model,
  request: ModelRequest,
  signal: AbortSignal,
  watch: (event: ModelEvent) => void,
): Promise<ModelEnd> {
  const abandoned = Promise.withResolvers<'abandoned'>()
  const giveUp = (): void => void setTimeout(() => abandoned.resolve('abandoned'), patience).unref()
  if (signal.aborted) giveUp()
  else signal.addEventListener('abort', giveUp, { once: true })
  let events: AsyncIterator<ModelEvent> | undefined
  try {
    events = model.stream(request, signal)[Symbol.asyncIterator]()
    return await readEvents(model, events, abandoned.promise, signal, watch)
  } catch (error) {
    return failed('invalid-response', `The model ${model.id} broke off: ${messageOf(error)}`, !signal.aborted)
  } finally {
    signal.removeEventListener('abort', giveUp)
    // The stream may be stuck: its clean-up is its own affair.
    void leave(events)
  }
}

async function leave(events: AsyncIterator<ModelEvent> | undefined): Promise<void> {
  try {
    await events?.return?.()
  } catch {
    // Nobody reads it any more.
  }
}

async function readEvents(
  model: Model,
  events: AsyncIterator<ModelEvent>,
  abandoned: Promise<'abandoned'>,
  signal: AbortSignal,
  watch: (event: ModelEvent) => void,
): Promise<ModelEnd> {
  while (true) {
    const next = await Promise.race([events.next(), abandoned])
    if (next === 'abandoned')
      return failed('interrupted', `The model ${model.id} was interrupted and did not stop.`, false)
    if (next.done === true) {
      if (signal.aborted) return failed('interrupted', `The call of ${model.id} was interrupted.`, false)
      return failed('stream-cut', `The answer of ${model.id} ended before it was complete.`, true)
    }
    if (next.value.type === 'failed') return checkFailure(next.value)
    if (next.value.type === 'finished') return checkAnswer(next.value)
    failpoint('model-mid-stream')
    watch(next.value)
  }
}

function checkFailure(end: Extract<ModelEnd, { type: 'failed' }>): ModelEnd {
  const { kind, message } = end.failure
  if (typeof kind === 'string' && typeof message === 'string') return end
  throw new TypeError('it failed and does not say how')
}

function failed(kind: ModelFailure['kind'], message: string, retryable: boolean): ModelEnd {
  return { type: 'failed', failure: { kind, message, retryable } }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
