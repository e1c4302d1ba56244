import type { JsonValue } from '@keepup/core'

import type { AnswerDraft, PartKey } from '../transport/answer-draft.ts'
import { countOf, fieldOf, textOf } from '../transport/json-field.ts'

/**
 * Tells which call a piece belongs to. Most servers number their calls; some give every call the index 0 and another id, some give no index and
 * only an id, some neither, one whole call after another.
 */
export class ToolCallKeys {
  readonly #draft: AnswerDraft
  readonly #byId = new Map<string, PartKey>()
  readonly #newest = new Map<number, PartKey>()
  #last: PartKey | undefined
  #count = 0

  constructor(draft: AnswerDraft) {
    this.#draft = draft
  }

  keyOf(call: JsonValue): PartKey {
    const index = countOf(fieldOf(call, 'index'))
    const id = textOf(fieldOf(call, 'id'))
    const named = textOf(fieldOf(call, 'function', 'name')) !== undefined
    const key = this.#find(index, id, named)
    if (id !== undefined) this.#byId.set(id, key)
    if (index !== undefined) this.#newest.set(index, key)
    this.#last = key
    return key
  }

  #find(index: number | undefined, id: string | undefined, named: boolean): PartKey {
    const known = id === undefined ? undefined : this.#byId.get(id)
    if (known !== undefined) return known
    const here = index === undefined ? this.#last : this.#newest.get(index)
    if (here === undefined) return this.#fresh()
    const anotherId = id !== undefined && this.#draft.callId(here) !== ''
    const anotherWhole = index === undefined && named
    return anotherId || anotherWhole ? this.#fresh() : here
  }

  #fresh(): PartKey {
    this.#count += 1
    return `call ${this.#count}`
  }
}
