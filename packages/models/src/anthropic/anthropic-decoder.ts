import type { FinishReason, JsonObject, JsonValue, Usage } from '@keepup/core'

import type { AnswerDecoder, DecodedEnd } from '../transport/answer-decoder.ts'
import { AnswerDraft } from '../transport/answer-draft.ts'
import { countOf, fieldOf, listOf, objectOf, textOf } from '../transport/json-field.ts'

/** Reads Anthropic's messages, streamed or whole. */
export class AnthropicDecoder implements AnswerDecoder {
  readonly draft: AnswerDraft
  readonly #provider: string
  /** Calls whose input came at once. */
  readonly #whole = new Set<number>()
  #said: string | undefined
  #usage: JsonObject | undefined
  #done = false

  constructor(provider: string, callPrefix: string) {
    this.#provider = provider
    this.draft = new AnswerDraft(callPrefix)
  }

  get stage(): AnswerDecoder['stage'] {
    if (this.#done) return 'done'
    return this.#said === undefined ? 'open' : 'finished'
  }

  take(document: JsonValue, event: string): void {
    const type = textOf(fieldOf(document, 'type')) ?? event
    const index = countOf(fieldOf(document, 'index')) ?? 0
    if (type === 'message') this.#takeWhole(document)
    else if (type === 'message_start') this.#addUsage(fieldOf(document, 'message', 'usage'))
    else if (type === 'content_block_start') this.#openBlock(index, fieldOf(document, 'content_block'))
    else if (type === 'content_block_delta') this.#growBlock(index, fieldOf(document, 'delta'))
    else if (type === 'message_delta') {
      this.#addUsage(fieldOf(document, 'usage'))
      this.#said = textOf(fieldOf(document, 'delta', 'stop_reason')) ?? this.#said
    } else if (type === 'message_stop') this.#done = true
  }

  ended(): DecodedEnd {
    const said = this.#said ?? (this.#done ? 'unknown' : undefined)
    return {
      reason: said === undefined ? undefined : (stopReasons.get(said) ?? 'other'),
      usage: anthropicUsage(this.#usage),
    }
  }

  #takeWhole(message: JsonValue): void {
    this.#addUsage(fieldOf(message, 'usage'))
    for (const [index, block] of listOf(fieldOf(message, 'content')).entries()) this.#openBlock(index, block)
    this.#said = textOf(fieldOf(message, 'stop_reason')) ?? 'end_turn'
    this.#done = true
  }

  /** Later events tell the totals again, some of them only in part. */
  #addUsage(usage: JsonValue | undefined): void {
    const told = Object.entries(objectOf(usage) ?? {}).filter(([, value]) => value !== null)
    if (told.length > 0) this.#usage = { ...this.#usage, ...Object.fromEntries(told) }
  }

  #openBlock(index: number, block: JsonValue | undefined): void {
    const type = textOf(fieldOf(block, 'type'))
    if (type === 'text') this.draft.text(index, 'text', textOf(fieldOf(block, 'text')) ?? '')
    if (type === 'thinking') {
      this.draft.text(index, 'reasoning', textOf(fieldOf(block, 'thinking')) ?? '')
      this.#sign(index, fieldOf(block, 'signature'))
    }
    if (type === 'redacted_thinking') {
      this.draft.text(index, 'reasoning', '')
      this.draft.keep(index, this.#provider, { redactedData: textOf(fieldOf(block, 'data')) ?? '' })
    }
    if (type === 'tool_use') this.#openCall(index, block)
  }

  #openCall(index: number, block: JsonValue | undefined): void {
    const input = objectOf(fieldOf(block, 'input')) ?? {}
    const whole = Object.keys(input).length > 0
    if (whole) this.#whole.add(index)
    this.draft.call(index, {
      id: textOf(fieldOf(block, 'id')),
      name: textOf(fieldOf(block, 'name')),
      text: whole ? JSON.stringify(input) : '',
    })
  }

  #growBlock(index: number, delta: JsonValue | undefined): void {
    const type = textOf(fieldOf(delta, 'type'))
    if (type === 'text_delta') this.draft.text(index, 'text', textOf(fieldOf(delta, 'text')) ?? '')
    if (type === 'thinking_delta')
      this.draft.text(index, 'reasoning', textOf(fieldOf(delta, 'thinking')) ?? '')
    if (type === 'signature_delta') this.#sign(index, fieldOf(delta, 'signature'))
    if (type !== 'input_json_delta' || this.#whole.has(index) || this.draft.callId(index) === undefined)
      return
    this.draft.call(index, { text: textOf(fieldOf(delta, 'partial_json')) })
  }

  #sign(index: number, signature: JsonValue | undefined): void {
    const text = textOf(signature)
    if (text === undefined) return
    this.draft.text(index, 'reasoning', '')
    this.draft.keep(index, this.#provider, { signature: text })
  }
}

/** Anthropic counts what was read from and written to the cache apart from the rest of the input. */
function anthropicUsage(usage: JsonObject | undefined): Usage | undefined {
  if (usage === undefined) return undefined
  const cached = countOf(usage['cache_read_input_tokens']) ?? 0
  const cacheWritten = countOf(usage['cache_creation_input_tokens']) ?? 0
  const input = (countOf(usage['input_tokens']) ?? 0) + cached + cacheWritten
  const output = countOf(usage['output_tokens']) ?? 0
  const reasoning = countOf(fieldOf(usage, 'output_tokens_details', 'thinking_tokens')) ?? 0
  return { input, cached, cacheWritten, output, reasoning: Math.min(reasoning, output) }
}

const stopReasons: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries<FinishReason>({
    end_turn: 'stop',
    stop_sequence: 'stop',
    max_tokens: 'length',
    model_context_window_exceeded: 'length',
    tool_use: 'tool-calls',
    refusal: 'content-filter',
  }),
)
