import type { FinishReason, JsonObject } from '@keepup/core'

import type { AnswerDecoder, DecodedEnd } from '../transport/answer-decoder.ts'
import { AnswerDraft, type PartKey } from '../transport/answer-draft.ts'
import { fieldOf, objectOf, textOf } from '../transport/json-field.ts'
import { sdkUsage } from './sdk-usage.ts'

/** Reads the AI SDK's stream parts, and the content of results that were not streamed, of versions 2 to 4. */
export class SdkDecoder implements AnswerDecoder {
  readonly draft: AnswerDraft
  readonly #provider: string
  readonly #withInput = new Set<PartKey>()
  #said: string | undefined
  #usage: unknown
  #metadata: unknown

  /** `provider` is the root of the provider's name. */
  constructor(provider: string, callPrefix: string) {
    this.#provider = provider
    this.draft = new AnswerDraft(callPrefix)
  }

  get stage(): AnswerDecoder['stage'] {
    return this.#said === undefined ? 'open' : 'done'
  }

  /** Takes one stream part. Calls that the provider itself runs are none of ours. */
  take(part: unknown): void {
    if (fieldOf(part, 'providerExecuted') === true) return
    const type = textOf(fieldOf(part, 'type')) ?? ''
    const id = textOf(fieldOf(part, 'id')) ?? ''
    const delta = textOf(fieldOf(part, 'delta')) ?? ''
    if (type === 'finish') this.#finish(part)
    else if (type === 'tool-call') this.#wholeCall(part)
    else if (type === 'tool-input-start')
      this.draft.call(callKey(id), { id, name: textOf(fieldOf(part, 'toolName')) })
    else if (type === 'tool-input-delta') this.#growCall(id, delta)
    else if (/^text-(start|delta|end)$/.test(type)) this.#grow(`text ${id}`, 'text', delta, part)
    else if (/^reasoning-(start|delta|end)$/.test(type))
      this.#grow(`reasoning ${id}`, 'reasoning', delta, part)
  }

  /** Takes what a call without streaming gave. */
  takeResult(result: unknown): void {
    const content = fieldOf(result, 'content')
    for (const [index, part] of (Array.isArray(content) ? content : []).entries()) {
      const type = textOf(fieldOf(part, 'type'))
      const text = textOf(fieldOf(part, 'text')) ?? ''
      if (type === 'text' || type === 'reasoning') this.#grow(`${type} ${index}`, type, text, part)
      else this.take(part)
    }
    this.#finish(result)
  }

  ended(): DecodedEnd {
    return {
      reason: this.#said === undefined ? undefined : (finishReasons.get(this.#said) ?? 'other'),
      usage: sdkUsage(this.#usage, this.#metadata, this.#provider),
      failure:
        this.#said === 'error'
          ? { kind: 'unavailable', message: 'The model ended its answer with an error.', retryable: true }
          : undefined,
    }
  }

  #grow(key: string, type: 'text' | 'reasoning', delta: string, part: unknown): void {
    this.draft.text(key, type, delta)
    if (type === 'reasoning') this.draft.keep(key, this.#provider, {})
    this.#keepMetadata(key, part)
  }

  #growCall(id: string, text: string): void {
    const key = callKey(id)
    if (text === '' || this.draft.callId(key) === undefined) return
    this.#withInput.add(key)
    this.draft.call(key, { text })
  }

  #wholeCall(part: unknown): void {
    const id = textOf(fieldOf(part, 'toolCallId')) ?? ''
    const key = callKey(id === '' ? `${this.draft.calls}` : id)
    const input = fieldOf(part, 'input')
    const text = typeof input === 'string' ? input : JSON.stringify(input ?? {})
    this.draft.call(key, {
      id,
      name: textOf(fieldOf(part, 'toolName')),
      text: this.#withInput.has(key) ? '' : text,
    })
    this.#withInput.add(key)
    this.#keepMetadata(key, part)
  }

  #keepMetadata(key: string, part: unknown): void {
    for (const [provider, data] of Object.entries(objectOf(fieldOf(part, 'providerMetadata')) ?? {})) {
      this.draft.keep(key, provider, storable(objectOf(data) ?? {}))
    }
  }

  #finish(part: unknown): void {
    const reason = fieldOf(part, 'finishReason')
    this.#said = textOf(reason) ?? textOf(fieldOf(reason, 'unified')) ?? 'other'
    this.#usage = fieldOf(part, 'usage')
    this.#metadata = fieldOf(part, 'providerMetadata')
  }
}

function callKey(id: string): string {
  return `call ${id}`
}

/** Metadata comes from code, not from JSON: members that are undefined are left out. */
function storable(data: JsonObject): JsonObject {
  // What went through JSON is JSON.
  return JSON.parse(JSON.stringify(data)) as JsonObject
}

const finishReasons: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries<FinishReason>({
    stop: 'stop',
    length: 'length',
    'tool-calls': 'tool-calls',
    'content-filter': 'content-filter',
  }),
)
