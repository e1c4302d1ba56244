import type { ReplayCursor } from '@keepup/checkpoint'
import { type AgentEntry, joinTable, type Model, type ModelEvent, type ModelFacts } from '@keepup/core'

import { isOne } from './find-ahead.ts'

/** A model that answers what was recorded, when its turn comes. Where the recorded process died first, it never answers. */
export function replayModel(facts: ModelFacts, cursor: ReplayCursor): Model {
  return {
    ...facts,
    async *stream() {
      const entry = await cursor.waitFor((next) => isOne(next, ['assistant-message', 'model-failed']))
      if (isOne(entry, ['assistant-message'])) yield finished(entry)
      if (isOne(entry, ['model-failed'])) yield failed(entry)
    },
  }
}

function finished({ data, labels }: AgentEntry<'assistant-message'>): ModelEvent {
  const { message, reason, usage, model, cost, unpriced } = data
  const priced = unpriced === true ? {} : { cost }
  const labelled = labels === undefined ? {} : { label: joinTable(labels) }
  return { type: 'finished', message, reason, usage, model, ...priced, ...labelled }
}

function failed({ data }: AgentEntry<'model-failed'>): ModelEvent {
  const { failure, usage } = data
  return { type: 'failed', failure, ...(usage === undefined ? {} : { usage }) }
}
