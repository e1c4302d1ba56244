import { addUsage, type AgentEntry, noUsage } from '@keepup/core'

import type { AgentState, OpenCall, OpenTurn } from '../agent-state.ts'
import { callKey } from '../call-key.ts'
import { textOf } from '../message-text.ts'
import type { Handlers } from './handler.ts'
import { inRun } from './in-run.ts'
import { seen } from './prompts.ts'

/** What the model was asked, and what it said or why it did not. */
export const modelHandlers: Handlers<'model-called' | 'model-failed' | 'assistant-message'> = {
  'model-called': (state, { data }) =>
    inRun(seen(state), (run) => ({ ...run, calling: data, attempts: run.attempts + 1 })),

  'model-failed': (state, { data }) => {
    const usage = data.usage ?? noUsage
    const spent = { usage: addUsage(state.usage, usage), cost: state.cost + (data.cost ?? 0) }
    return inRun({ ...state, ...spent }, ({ calling: _, ...run }) => ({
      ...run,
      usage: addUsage(run.usage, usage),
      cost: run.cost + (data.cost ?? 0),
      failures: data.next === 'fallback' ? 0 : run.failures + 1,
      modelIndex: data.next === 'fallback' ? run.modelIndex + 1 : run.modelIndex,
      ...(data.next === 'give-up' ? { gaveUp: data.failure } : {}),
      ...(data.failure.kind === 'context-overflow' && data.next === 'give-up'
        ? { overflowed: Math.min(run.overflowed ?? Number.POSITIVE_INFINITY, state.promptTokens) }
        : {}),
    }))
  },

  'assistant-message': ({ touching: _touched, ...state }, entry) => {
    const { message, usage, cost, unpriced } = entry.data
    const counted = state.run?.closing === undefined ? 1 : 0
    const turn = openTurn(state, entry)
    const next: AgentState = {
      ...state,
      messages: state.messages.append(message),
      promptTokens: usage.input + usage.output,
      turns: state.turns + counted,
      usage: addUsage(state.usage, usage),
      cost: state.cost + cost,
      unpriced: state.unpriced || unpriced === true,
      lastText: textOf(message),
      ...(turn === undefined ? undefined : { turn }),
    }
    return inRun(next, ({ calling: _, ...run }) => ({
      ...run,
      turns: run.turns + counted,
      ...(run.closing === undefined ? undefined : { closed: true }),
      attempts: 0,
      failures: 0,
      usage: addUsage(run.usage, usage),
      cost: run.cost + cost,
    }))
  },
}

/** The turn that a message opens: there is none where it asks for nothing. */
function openTurn(state: AgentState, entry: AgentEntry<'assistant-message'>): OpenTurn | undefined {
  const calls: OpenCall[] = []
  for (const part of entry.data.message.content) {
    if (part.type !== 'tool-call') continue
    calls.push({ key: callKey(entry, state.run?.id ?? '', calls.length), part, processes: [] })
  }
  if (calls.length === 0) return undefined
  return { assistant: entry.sequence, thread: entry.thread, exposure: state.exposure, calls }
}
