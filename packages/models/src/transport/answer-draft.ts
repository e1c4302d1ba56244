import type { AssistantMessage, JsonObject, ModelEvent } from '@keepup/core'

import { parsedInput } from './parsed-input.ts'

interface DraftText {
  readonly type: 'text' | 'reasoning'
  text: string
  provider?: JsonObject
}

interface DraftCall {
  readonly type: 'tool-call'
  id: string
  name: string
  text: string
  started: boolean
  provider?: JsonObject
}

/** Which part of an answer a piece belongs to: the provider's block index, or a name. */
export type PartKey = string | number

/** A piece of a tool call; `id` and `name` count the first time they are given. */
export interface CallPiece {
  readonly id?: string | undefined
  readonly name?: string | undefined
  readonly text?: string | undefined
}

/** An answer that grows. Every change queues the event that tells of it. */
export class AnswerDraft {
  readonly #parts = new Map<PartKey, DraftText | DraftCall>()
  readonly #callPrefix: string
  #events: ModelEvent[] = []
  #calls = 0

  /** `callPrefix` begins the ids of calls to which the provider gave none. */
  constructor(callPrefix: string) {
    this.#callPrefix = callPrefix
  }

  /** Whether anything arrived. */
  get begun(): boolean {
    return this.#parts.size > 0
  }

  /** How many tool calls there are. */
  get calls(): number {
    return this.#calls
  }

  /** Adds to a part of text or reasoning, or opens one: reasoning may have no text, only what the provider wants back. */
  text(key: PartKey, type: 'text' | 'reasoning', delta: string): void {
    const known = this.#parts.get(key)
    const part: DraftText = known?.type === type ? known : { type, text: '' }
    if (part !== known) this.#parts.set(key, part)
    part.text += delta
    if (delta !== '') this.#events.push({ type: `${type}-delta`, text: delta })
  }

  /** Adds to a tool call. It is announced once its name is known. */
  call(key: PartKey, { id = '', name = '', text = '' }: CallPiece): void {
    const part = this.#callAt(key)
    if (part.id === '') part.id = id
    if (part.name === '') part.name = name
    part.text += text
    if (part.started && text !== '') this.#events.push({ type: 'tool-input-delta', id: part.id, text })
    if (!part.started && part.name !== '') this.#start(part)
  }

  /** The id that a call has so far; undefined where there is no such call. */
  callId(key: PartKey): string | undefined {
    const part = this.#parts.get(key)
    return part?.type === 'tool-call' ? part.id : undefined
  }

  /** Keeps what `provider` wants back with a part; later members win. */
  keep(key: PartKey, provider: string, data: JsonObject): void {
    const part = this.#parts.get(key)
    if (part === undefined) return
    part.provider = { ...part.provider, [provider]: { ...asObject(part.provider?.[provider]), ...data } }
  }

  /** The events since the last time. */
  takeEvents(): readonly ModelEvent[] {
    const taken = this.#events
    this.#events = []
    return taken
  }

  /** Characters so far, for estimates. */
  characters(): { readonly reasoning: number; readonly all: number } {
    const counted = { reasoning: 0, all: 0 }
    for (const part of this.#parts.values()) {
      counted.all += part.text.length
      if (part.type === 'reasoning') counted.reasoning += part.text.length
    }
    return counted
  }

  /** The whole answer. */
  message(): AssistantMessage {
    return { role: 'assistant', content: [...this.#parts.values()].flatMap((part) => finishedPart(part)) }
  }

  #callAt(key: PartKey): DraftCall {
    const known = this.#parts.get(key)
    if (known?.type === 'tool-call') return known
    const part: DraftCall = { type: 'tool-call', id: '', name: '', text: '', started: false }
    this.#parts.set(key, part)
    this.#calls += 1
    return part
  }

  #start(part: DraftCall): void {
    part.started = true
    if (part.id === '') part.id = `${this.#callPrefix}${this.#calls}`
    this.#events.push({ type: 'tool-input-started', id: part.id, name: part.name })
    if (part.text !== '') this.#events.push({ type: 'tool-input-delta', id: part.id, text: part.text })
  }
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

function finishedPart(part: DraftText | DraftCall): AssistantMessage['content'] {
  const provider = part.provider === undefined ? {} : { provider: part.provider }
  if (part.type === 'tool-call') {
    return [{ type: 'tool-call', id: part.id, name: part.name, ...parsedInput(part.text), ...provider }]
  }
  const empty = part.text === '' && part.provider === undefined
  return empty ? [] : [{ type: part.type, text: part.text, ...provider }]
}
