import type { Model, ModelEvent, ModelRequest } from '@keepup/core'

/** Sends requests that it applies to to a model. */
export interface RoutingRule {
  /** Pure: the same request always goes to the same model. */
  readonly when: (request: ModelRequest) => boolean
  readonly model: Model
}

/** What a router chooses from. */
export interface RouterOptions {
  /** The first that applies counts. */
  readonly rules: readonly RoutingRule[]
  readonly otherwise: Model
  /** `router/default` unless given. */
  readonly id?: string
}

/** A model that hands each request to the model that the rules choose. `finished` names the model that answered, so that its price counts. */
export function router({ rules, otherwise, id = 'router/default' }: RouterOptions): Model {
  const windows = [...rules.map(({ model }) => model), otherwise].map(({ contextWindow }) => contextWindow)
  const known = windows.filter((window) => window !== undefined)
  return {
    id,
    ...(known.length < windows.length ? {} : { contextWindow: Math.min(...known) }),
    stream: (request, signal) =>
      named(rules.find(({ when }) => when(request))?.model ?? otherwise, request, signal),
  }
}

async function* named(model: Model, request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  for await (const event of model.stream(request, signal)) {
    yield event.type === 'finished' ? { model: model.id, ...event } : event
  }
}
