import { failpoint, type Model, type ModelEvent, type ModelFailure, type ModelRequest } from '@keepup/core'

import { checkAnswer } from './check-answer.ts'
import { onAbort } from './on-abort.ts'

/** How a model call ended. */
export type ModelEnd = Extract<ModelEvent, { type: 'finished' | 'failed' }>

/** How long an aborted model may take to end its stream before it is left alone. */
const patience = 1_000

/**
 * Reads one call of a model to its end. Whatever the model does, there is exactly one end: throwing, ending without a last event, or not heeding an
 * abort within a second become failures. `watch` sees everything before the end.
 */
export function readModel(
  model: Model,
  request: ModelRequest,
  signal: AbortSignal,
  watch: (event: ModelEvent) => void,
): Promise<ModelEnd> {
  return new Promise((resolve) => {
    const forget = onAbort(signal, () => void setTimeout(abandon, patience).unref())
    const reading: Reading = { model, signal, watch, forget, events: undefined, abandoned: false }
    function abandon(): void {
      reading.abandoned = true
      resolve(failed('interrupted', `The model ${model.id} was interrupted and did not stop.`, false))
      void leave(reading)
    }
    void readEnd(reading, request).then(resolve)
  })
}

/** One call that is read. */
interface Reading {
  readonly model: Model
  readonly signal: AbortSignal
  readonly watch: (event: ModelEvent) => void
  /** Waits no longer for an abort. */
  readonly forget: () => void
  events: AsyncIterator<ModelEvent> | undefined
  /** The model did not stop in time: whatever it still says is heard by nobody. */
  abandoned: boolean
}

async function readEnd(reading: Reading, request: ModelRequest): Promise<ModelEnd> {
  const { model, signal, watch } = reading
  try {
    const events = model.stream(request, signal)[Symbol.asyncIterator]()
    reading.events = events
    while (true) {
      const next = await events.next()
      if (reading.abandoned || next.done === true) return cutOff(model, signal)
      if (next.value.type === 'failed') return checkFailure(next.value)
      if (next.value.type === 'finished') return checkAnswer(next.value)
      failpoint('model-mid-stream')
      watch(next.value)
    }
  } catch (error) {
    return failed('invalid-response', `The model ${model.id} broke off: ${messageOf(error)}`, !signal.aborted)
  } finally {
    reading.forget()
    void leave(reading)
  }
}

/** The stream may be stuck: its clean-up is its own affair. */
async function leave({ events }: Reading): Promise<void> {
  try {
    await events?.return?.()
  } catch {
    // Nobody reads it any more.
  }
}

function cutOff({ id }: Model, { aborted }: AbortSignal): ModelEnd {
  if (aborted) return failed('interrupted', `The call of ${id} was interrupted.`, false)
  return failed('stream-cut', `The answer of ${id} ended before it was complete.`, true)
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
