import type { FinishReason, JsonObject, JsonValue, ModelFailure } from '@keepup/core'

import type { AnswerDecoder, DecodedEnd } from '../transport/answer-decoder.ts'
import { AnswerDraft } from '../transport/answer-draft.ts'
import { fieldOf, listOf, objectOf, textOf } from '../transport/json-field.ts'
import { openaiCost, openaiUsage } from './openai-usage.ts'
import { mergedDetails } from './reasoning-details.ts'
import { ToolCallKeys } from './tool-call-keys.ts'

/** Reads chat completions, streamed (`chat.completion.chunk`) or whole (`chat.completion`), in the dialects of the servers in use. */
export class OpenAIDecoder implements AnswerDecoder {
  readonly draft: AnswerDraft
  readonly #provider: string
  readonly #keys: ToolCallKeys
  #said: string | undefined
  #usage: JsonValue | undefined
  #details: readonly JsonValue[] = []

  constructor(provider: string, callPrefix: string) {
    this.#provider = provider
    this.draft = new AnswerDraft(callPrefix)
    this.#keys = new ToolCallKeys(this.draft)
  }

  /** The usage follows the finish reason, and `[DONE]` follows both: only that says that nothing more comes. */
  get stage(): AnswerDecoder['stage'] {
    return this.#said === undefined ? 'open' : 'finished'
  }

  take(document: JsonValue): void {
    const choice = listOf(fieldOf(document, 'choices'))[0]
    this.#usage =
      objectOf(fieldOf(document, 'usage')) ??
      objectOf(fieldOf(document, 'x_groq', 'usage')) ??
      objectOf(fieldOf(choice, 'usage')) ??
      this.#usage
    const delta = objectOf(fieldOf(choice, 'delta')) ?? objectOf(fieldOf(choice, 'message'))
    if (delta !== undefined) this.#takeDelta(delta)
    this.#said = textOf(fieldOf(choice, 'finish_reason')) ?? this.#said
  }

  ended(): DecodedEnd {
    const said = this.#said
    return {
      reason: said === undefined ? undefined : (finishReasons.get(said) ?? 'other'),
      usage: openaiUsage(this.#usage),
      cost: openaiCost(this.#usage),
      failure: said === undefined ? undefined : failingReasons.get(said),
    }
  }

  #takeDelta(delta: JsonObject): void {
    this.#takeReasoning(delta)
    this.#takeContent(delta['content'])
    this.#takeContent(delta['refusal'])
    for (const call of listOf(delta['tool_calls'])) this.#takeCall(call)
    const legacy = objectOf(delta['function_call'])
    if (legacy !== undefined) this.#takeCall({ index: 0, function: legacy })
  }

  #takeReasoning(delta: JsonObject): void {
    const field = reasoningFields.find((name) => textOf(delta[name]) !== undefined)
    if (field !== undefined) {
      this.draft.text('reasoning', 'reasoning', textOf(delta[field]) ?? '')
      this.draft.keep('reasoning', this.#provider, { field })
    }
    const details = listOf(delta['reasoning_details'])
    if (details.length === 0) return
    this.#details = mergedDetails(this.#details, details)
    this.draft.text('reasoning', 'reasoning', '')
    this.draft.keep('reasoning', this.#provider, { reasoning_details: this.#details })
  }

  #takeContent(content: JsonValue | undefined): void {
    if (typeof content === 'string') this.draft.text('text', 'text', content)
    for (const part of listOf(content)) {
      // Mistral thinks in lists of texts inside the content.
      for (const thought of listOf(fieldOf(part, 'thinking'))) {
        this.draft.text('reasoning', 'reasoning', textOf(fieldOf(thought, 'text')) ?? '')
      }
      this.draft.text('text', 'text', textOf(fieldOf(part, 'text')) ?? '')
    }
  }

  #takeCall(call: JsonValue): void {
    const key = this.#keys.keyOf(call)
    const id = textOf(fieldOf(call, 'id'))
    const name = textOf(fieldOf(call, 'function', 'name'))
    this.draft.call(key, { id, name, text: argumentsText(fieldOf(call, 'function', 'arguments')) })
    // Google's signatures travel here, and have to come back.
    const extra = objectOf(fieldOf(call, 'extra_content'))
    if (extra !== undefined) this.draft.keep(key, this.#provider, { extra_content: extra })
  }
}

/** Arguments come as pieces of JSON text, or from some servers as an object at once. */
function argumentsText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}

const reasoningFields = ['reasoning_content', 'reasoning', 'thinking'] as const

const finishReasons: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries<FinishReason>({
    stop: 'stop',
    eos: 'stop',
    eos_token: 'stop',
    end_turn: 'stop',
    stop_sequence: 'stop',
    COMPLETE: 'stop',
    length: 'length',
    max_tokens: 'length',
    model_length: 'length',
    tool_calls: 'tool-calls',
    tool_call: 'tool-calls',
    tool_use: 'tool-calls',
    function_call: 'tool-calls',
    content_filter: 'content-filter',
    safety: 'content-filter',
  }),
)

const failingReasons: ReadonlyMap<string, ModelFailure> = new Map(
  Object.entries<ModelFailure>({
    error: {
      kind: 'unavailable',
      message: 'The model failed in the middle of its answer.',
      retryable: true,
    },
    insufficient_system_resource: {
      kind: 'overloaded',
      message: 'The provider ran out of resources in the middle of the answer.',
      retryable: true,
    },
  }),
)
