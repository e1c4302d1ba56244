import type { Model } from '@keepup/core'

import type { Settings } from '../settings/setting.ts'

/** The model with the window that the settings say it has. */
export function withWindow(model: Model, { contextWindow }: Pick<Settings, 'contextWindow'>): Model {
  if (contextWindow === undefined) return model
  return { ...model, contextWindow, stream: (request, signal) => model.stream(request, signal) }
}
