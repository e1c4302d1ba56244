import type { FinishReason, JsonValue, ModelFailure, Usage } from '@keepup/core'

import type { AnswerDecoder, DecodedEnd } from '../transport/answer-decoder.ts'
import { AnswerDraft } from '../transport/answer-draft.ts'
import type { Endpoint } from '../transport/endpoint.ts'
import { countOf, fieldOf, listOf, objectOf, textOf } from '../transport/json-field.ts'
import { responseFailure } from '../transport/response-failure.ts'

/** Reads the events of OpenAI's Responses API, or a whole response. */
export class ResponsesDecoder implements AnswerDecoder {
  readonly draft: AnswerDraft
  readonly #endpoint: Endpoint
  readonly #provider: string
  /** Items whose text or arguments arrived in pieces. */
  readonly #streamed = new Set<number>()
  #reason: FinishReason | undefined
  #failure: ModelFailure | undefined
  #usage: JsonValue | undefined

  constructor(endpoint: Endpoint, provider: string, callPrefix: string) {
    this.#endpoint = endpoint
    this.#provider = provider
    this.draft = new AnswerDraft(callPrefix)
  }

  get stage(): AnswerDecoder['stage'] {
    return this.#reason === undefined && this.#failure === undefined ? 'open' : 'done'
  }

  take(document: JsonValue, event: string): void {
    const type = textOf(fieldOf(document, 'type')) ?? event
    const index = countOf(fieldOf(document, 'output_index')) ?? 0
    const delta = textOf(fieldOf(document, 'delta'))
    if (fieldOf(document, 'object') === 'response') this.#takeWhole(document)
    else if (delta !== undefined) this.#takeDelta(type, index, delta)
    else if (type === 'response.output_item.added') this.#openItem(index, fieldOf(document, 'item'))
    else if (type === 'response.output_item.done') this.#closeItem(index, fieldOf(document, 'item'))
    else if (type === 'response.reasoning_summary_part.added')
      this.#nextSummary(index, fieldOf(document, 'summary_index'))
    else if (type === 'error') this.#fail(document)
    else if (/^response\.(completed|incomplete|failed)$/.test(type))
      this.#finish(fieldOf(document, 'response'))
  }

  ended(): DecodedEnd {
    return { reason: this.#reason, usage: responsesUsage(this.#usage), failure: this.#failure }
  }

  #takeWhole(response: JsonValue): void {
    for (const [index, item] of listOf(fieldOf(response, 'output')).entries()) {
      this.#openItem(index, item)
      this.#closeItem(index, item)
    }
    this.#finish(response)
  }

  #takeDelta(type: string, index: number, delta: string): void {
    this.#streamed.add(index)
    if (type === 'response.output_text.delta' || type === 'response.refusal.delta')
      this.draft.text(index, 'text', delta)
    if (/^response\.reasoning(_summary)?_text\.delta$/.test(type)) this.draft.text(index, 'reasoning', delta)
    if (type === 'response.function_call_arguments.delta') this.draft.call(index, { text: delta })
  }

  #openItem(index: number, item: JsonValue | undefined): void {
    const type = fieldOf(item, 'type')
    if (type === 'reasoning') this.draft.text(index, 'reasoning', '')
    if (type === 'function_call')
      this.draft.call(index, { id: textOf(fieldOf(item, 'call_id')), name: textOf(fieldOf(item, 'name')) })
  }

  #closeItem(index: number, item: JsonValue | undefined): void {
    const type = fieldOf(item, 'type')
    const whole = !this.#streamed.has(index)
    if (type === 'message') {
      if (whole) this.draft.text(index, 'text', textsOf(fieldOf(item, 'content'), ''))
      const phase = textOf(fieldOf(item, 'phase'))
      if (phase !== undefined) this.draft.keep(index, this.#provider, { phase })
    }
    if (type === 'function_call' && whole)
      this.draft.call(index, { text: textOf(fieldOf(item, 'arguments')) })
    if (type !== 'reasoning') return
    if (whole) this.draft.text(index, 'reasoning', textsOf(fieldOf(item, 'summary'), '\n\n'))
    const encrypted = textOf(fieldOf(item, 'encrypted_content'))
    if (encrypted !== undefined)
      this.draft.keep(index, this.#provider, { reasoningEncryptedContent: encrypted })
  }

  #nextSummary(index: number, summary: JsonValue | undefined): void {
    if ((countOf(summary) ?? 0) > 0) this.draft.text(index, 'reasoning', '\n\n')
  }

  #finish(response: JsonValue | undefined): void {
    this.#usage = fieldOf(response, 'usage')
    const status = fieldOf(response, 'status')
    if (status === 'failed' || status === 'cancelled') return this.#fail(response)
    const why =
      status === 'incomplete' ? textOf(fieldOf(response, 'incomplete_details', 'reason')) : undefined
    if (why === 'max_output_tokens') this.#reason = 'length'
    else if (why === 'content_filter') this.#reason = 'content-filter'
    else this.#reason = status === 'incomplete' ? 'other' : 'stop'
  }

  #fail(told: JsonValue | undefined): void {
    const body = objectOf(fieldOf(told, 'error')) === undefined ? { error: told ?? null } : told
    this.#failure = responseFailure(this.#endpoint, { status: undefined, headers: {}, body })
  }
}

function textsOf(parts: JsonValue | undefined, between: string): string {
  return listOf(parts)
    .map((part) => textOf(fieldOf(part, 'text')) ?? textOf(fieldOf(part, 'refusal')) ?? '')
    .join(between)
}

function responsesUsage(usage: JsonValue | undefined): Usage | undefined {
  const input = countOf(fieldOf(usage, 'input_tokens'))
  const output = countOf(fieldOf(usage, 'output_tokens'))
  if (input === undefined || output === undefined) return undefined
  const cached = Math.min(input, countOf(fieldOf(usage, 'input_tokens_details', 'cached_tokens')) ?? 0)
  const cacheWritten = Math.min(
    input - cached,
    countOf(fieldOf(usage, 'input_tokens_details', 'cache_write_tokens')) ?? 0,
  )
  const reasoning = Math.min(
    output,
    countOf(fieldOf(usage, 'output_tokens_details', 'reasoning_tokens')) ?? 0,
  )
  return { input, cached, cacheWritten, output, reasoning }
}
