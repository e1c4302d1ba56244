import { KeepupError, type Model, type ModelEvent, type ModelRequest } from '@keepup/core'

/**
 * A model that asks the next one when one fails before anything of its answer was shown. The last failure is the failure of all.
 * For calls outside an agent's loop, which keeps its own list of fallbacks and records each change: there, hand it the list instead.
 * An interrupted call is not tried elsewhere. `finished` names the model that answered.
 */
export function withFallback(models: readonly Model[]): Model {
  const [first] = models
  if (first === undefined)
    throw new KeepupError('configuration-invalid', 'withFallback needs at least one model.')
  const windows = models.flatMap(({ contextWindow }) => contextWindow ?? [])
  return {
    id: first.id,
    ...(windows.length < models.length ? {} : { contextWindow: Math.min(...windows) }),
    ...(first.price === undefined ? {} : { price: first.price }),
    stream: (request, signal) => streamFirst(models, request, signal),
  }
}

async function* streamFirst(
  models: readonly Model[],
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  for (const [index, model] of models.entries()) {
    const isLast = index === models.length - 1
    let begun = false
    let failed = false
    for await (const event of model.stream(request, signal)) {
      failed = event.type === 'failed' && !begun && !isLast && event.failure.kind !== 'interrupted'
      if (failed) break
      begun = true
      yield event.type === 'finished' ? { model: model.id, ...event } : event
    }
    if (!failed) return
  }
}
