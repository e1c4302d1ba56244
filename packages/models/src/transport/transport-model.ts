import type { Model } from '@keepup/core'

import type { TransportOptions } from './endpoint.ts'
import { type Dialect, streamAnswer } from './stream-answer.ts'

/** The model that a dialect reaches. */
export function transportModel(dialect: Dialect, { contextWindow, price }: TransportOptions): Model {
  return {
    id: dialect.endpoint.id,
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(price === undefined ? {} : { price }),
    stream: (request, signal) => streamAnswer(dialect, request, signal),
  }
}
