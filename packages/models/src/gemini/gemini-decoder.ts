import type { FinishReason, JsonObject, JsonValue, ModelFailure, Usage } from '@keepup/core'

import type { AnswerDecoder, DecodedEnd } from '../transport/answer-decoder.ts'
import { AnswerDraft } from '../transport/answer-draft.ts'
import { countOf, fieldOf, listOf, objectOf, textOf } from '../transport/json-field.ts'

/** Reads Gemini's `GenerateContentResponse` documents, streamed or as one. */
export class GeminiDecoder implements AnswerDecoder {
  readonly draft: AnswerDraft
  readonly #provider: string
  #said: string | undefined
  #blocked: string | undefined
  #usage: JsonValue | undefined
  #part = 0
  #kind = ''

  constructor(provider: string, callPrefix: string) {
    this.#provider = provider
    this.draft = new AnswerDraft(callPrefix)
  }

  get stage(): AnswerDecoder['stage'] {
    return this.#said === undefined && this.#blocked === undefined ? 'open' : 'finished'
  }

  take(document: JsonValue): void {
    this.#usage = objectOf(fieldOf(document, 'usageMetadata')) ?? this.#usage
    this.#blocked = textOf(fieldOf(document, 'promptFeedback', 'blockReason')) ?? this.#blocked
    const candidate = listOf(fieldOf(document, 'candidates'))[0]
    for (const part of listOf(fieldOf(candidate, 'content', 'parts'))) this.#takePart(part)
    this.#said = textOf(fieldOf(candidate, 'finishReason')) ?? this.#said
  }

  ended(): DecodedEnd {
    const said = this.#said
    return {
      reason: said === undefined ? undefined : (finishReasons.get(said) ?? 'other'),
      usage: geminiUsage(this.#usage),
      failure: this.#blocked === undefined ? malformed(said) : blockedFailure(this.#blocked),
    }
  }

  #takePart(part: JsonValue): void {
    const signature = textOf(fieldOf(part, 'thoughtSignature'))
    const call = objectOf(fieldOf(part, 'functionCall'))
    const text = textOf(fieldOf(part, 'text')) ?? ''
    if (call !== undefined) this.#takeCall(call)
    else if (text !== '' || signature !== undefined)
      this.#takeText(text, fieldOf(part, 'thought') === true, signature !== undefined)
    if (signature === undefined) return
    this.draft.keep(`part ${this.#part}`, this.#provider, { thoughtSignature: signature })
    // A signed part stays one: nothing more is joined to it.
    this.#kind = ''
  }

  #takeCall(call: JsonObject): void {
    const input = JSON.stringify(call['args'] ?? {})
    this.draft.call(this.#keyOf('call', true), {
      id: textOf(call['id']),
      name: textOf(call['name']),
      text: input,
    })
  }

  /** A part with a signature is never joined to one without. */
  #takeText(text: string, thought: boolean, signed: boolean): void {
    const type = thought ? 'reasoning' : 'text'
    const key = this.#keyOf(type, signed)
    this.draft.text(key, type, text)
    if (thought) this.draft.keep(key, this.#provider, {})
  }

  #keyOf(kind: string, always: boolean): string {
    if (always || kind !== this.#kind) this.#part += 1
    this.#kind = kind
    return `part ${this.#part}`
  }
}

/** Google counts thoughts apart from the rest of the output, and what tools brought in apart from the prompt. */
function geminiUsage(usage: JsonValue | undefined): Usage | undefined {
  if (usage === undefined) return undefined
  const input =
    (countOf(fieldOf(usage, 'promptTokenCount')) ?? 0) +
    (countOf(fieldOf(usage, 'toolUsePromptTokenCount')) ?? 0)
  const reasoning = countOf(fieldOf(usage, 'thoughtsTokenCount')) ?? 0
  const output = (countOf(fieldOf(usage, 'candidatesTokenCount')) ?? 0) + reasoning
  const cached = Math.min(input, countOf(fieldOf(usage, 'cachedContentTokenCount')) ?? 0)
  return { input, cached, cacheWritten: 0, output, reasoning }
}

function malformed(said: string | undefined): ModelFailure | undefined {
  if (said !== 'MALFORMED_FUNCTION_CALL') return undefined
  return {
    kind: 'invalid-response',
    message: 'The model made a function call that is no valid one.',
    retryable: true,
  }
}

function blockedFailure(reason: string): ModelFailure {
  return { kind: 'content-filter', message: `The provider blocked the prompt (${reason}).`, retryable: false }
}

const finishReasons: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries<FinishReason>({
    STOP: 'stop',
    MAX_TOKENS: 'length',
    SAFETY: 'content-filter',
    RECITATION: 'content-filter',
    BLOCKLIST: 'content-filter',
    PROHIBITED_CONTENT: 'content-filter',
    SPII: 'content-filter',
    IMAGE_SAFETY: 'content-filter',
  }),
)
