import { type AssistantMessage, type Model, type ModelEvent, noUsage } from '@keepup/core'

import type { ClientCall } from './client-call.ts'

/**
 * A client as the model of an agent: what it decides is the next call that it asks for. `next` resolves with `undefined` where there is none and the run should
 * end, also once its signal is aborted.
 */
export function clientModel(next: (signal: AbortSignal) => Promise<ClientCall | undefined>): Model {
  return {
    id: 'mcp/client',
    async *stream({ toolChoice }, signal): AsyncIterable<ModelEvent> {
      const call = toolChoice === 'none' ? undefined : await next(signal)
      yield call === undefined && signal.aborted ? interrupted : finished(call)
    },
  }
}

const interrupted: ModelEvent = {
  type: 'failed',
  failure: { kind: 'interrupted', message: 'The client was interrupted.', retryable: false },
}

function finished(call: ClientCall | undefined): ModelEvent {
  const content: AssistantMessage['content'] =
    call === undefined
      ? [{ type: 'text', text: 'The client asked for nothing more.' }]
      : [{ type: 'tool-call', id: call.id, name: call.name, input: call.input }]
  return {
    type: 'finished',
    message: { role: 'assistant', content },
    reason: call === undefined ? 'stop' : 'tool-calls',
    usage: noUsage,
  }
}
