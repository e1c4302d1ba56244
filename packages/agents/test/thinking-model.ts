import {
  type AssistantMessage,
  type JsonValue,
  type Message,
  type Model,
  type ModelEvent,
  type ModelRequest,
  type Price,
} from '@keepup/core'

/** What a model answers: words, or calls by name and input. */
export interface Answered {
  readonly text?: string
  readonly calls?: readonly (readonly [string, JsonValue])[]
  /** Tokens that it says it used: 10 in, 5 out when left out. */
  readonly usage?: { readonly input: number; readonly output: number }
}

/** A model that computes its answer from the request. */
export function thinkingModel(
  answer: (request: ModelRequest, signal: AbortSignal) => Answered | Promise<Answered>,
  facts: { readonly price?: Price } = {},
): Model {
  return {
    id: 'test/thinking',
    ...facts,
    async *stream(request, signal): AsyncGenerator<ModelEvent> {
      const answered = await answer(request, signal)
      if (signal.aborted) {
        yield { type: 'failed', failure: { kind: 'interrupted', message: 'interrupted', retryable: false } }
        return
      }
      const { text = '', calls = [], usage = { input: 10, output: 5 } } = answered
      const content: AssistantMessage['content'] = [
        ...(text === '' ? [] : [{ type: 'text', text } as const]),
        ...calls.map(
          ([name, input], index) =>
            ({ type: 'tool-call', id: `call-${request.messages.length}-${index}`, name, input }) as const,
        ),
      ]
      yield {
        type: 'finished',
        message: { role: 'assistant', content },
        reason: calls.length === 0 ? 'stop' : 'tool-calls',
        usage: { ...usage, cached: 0, cacheWritten: 0, reasoning: 0 },
      }
    },
  }
}

/** The texts of the latest message. */
export function lastText({ messages }: ModelRequest): string {
  return textOf(messages.at(-1))
}

/** The texts of the latest results of tools. */
export function toolText({ messages }: ModelRequest): string {
  return textOf([...messages].findLast(({ role }) => role === 'tool'))
}

function textOf(message: Message | undefined): string {
  if (message === undefined) return ''
  return message.content
    .flatMap((part) => {
      if (part.type === 'text') return [part.text]
      if (part.type !== 'tool-result') return []
      return part.content.map((inner) => (inner.type === 'text' ? inner.text : ''))
    })
    .join('\n')
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
