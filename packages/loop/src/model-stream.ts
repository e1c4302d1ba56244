import {
  type AssistantMessage,
  failpoint,
  type Model,
  type ModelEvent,
  type ModelFailure,
  type ModelRequest,
} from '@keepup/core'

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
  signal.addEventListener('abort', giveUp, { once: true })
  const events = model.stream(request, signal)[Symbol.asyncIterator]()
  try {
    return await readEvents(model, events, abandoned.promise, signal, watch)
  } catch (error) {
    return failed('invalid-response', `The model ${model.id} broke off: ${messageOf(error)}`, !signal.aborted)
  } finally {
    signal.removeEventListener('abort', giveUp)
    // The stream may be stuck: its clean-up is its own affair.
    void events.return?.().catch(() => {})
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
    const next = await (signal.aborted
      ? Promise.race([events.next(), abandoned])
      : raceOnAbort(events.next(), abandoned))
    if (next === 'abandoned')
      return failed('interrupted', `The model ${model.id} was interrupted and did not stop.`, false)
    if (next.done === true) {
      if (signal.aborted) return failed('interrupted', `The call of ${model.id} was interrupted.`, false)
      return failed('stream-cut', `The answer of ${model.id} ended before it was complete.`, true)
    }
    if (next.value.type === 'failed') return next.value
    if (next.value.type === 'finished') return { ...next.value, message: withUniqueCalls(next.value.message) }
    failpoint('model-mid-stream')
    watch(next.value)
  }
}

function raceOnAbort<T>(next: Promise<T>, abandoned: Promise<'abandoned'>): Promise<T | 'abandoned'> {
  return Promise.race([next, abandoned])
}

/** Providers refuse a history in which two calls of a turn share an id, or one has none. */
function withUniqueCalls(message: AssistantMessage): AssistantMessage {
  const ids = message.content.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []))
  if (new Set(ids).size === ids.length && !ids.includes('')) return message
  const seen = new Set<string>()
  const content = message.content.map((part, index) => {
    if (part.type !== 'tool-call') return part
    const id = part.id === '' || seen.has(part.id) ? `${part.id}#${index}` : part.id
    seen.add(id)
    return { ...part, id }
  })
  return { ...message, content }
}

function failed(kind: ModelFailure['kind'], message: string, retryable: boolean): ModelEnd {
  return { type: 'failed', failure: { kind, message, retryable } }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
