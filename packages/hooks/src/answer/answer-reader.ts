import type { JsonObject, JsonValue } from '@keepup/core'

import type { Answer, AllowingWord } from './answer.ts'

/** An answer that is being read. */
export interface AnswerDraft {
  allows: AllowingWord[]
  denies: string[]
  asks: string[]
  stops: string[]
  cancels: boolean
  input?: NonNullable<Answer['input']>
  output?: JsonValue
  context: string[]
  messages: string[]
  background: boolean
  faults: string[]
  warnings: string[]
  /** Why, where a decision stands beside its reason. */
  reasons: Partial<Record<'decision' | 'permission' | 'stop' | 'cancel', string>>
}

/** Reads one field: what it says goes into the draft. */
export type FieldReader = (value: JsonValue, draft: AnswerDraft, place: string) => void

/** Reads the fields of an object. One that nobody knows is a fault where its name sounds like a decision or a change, else a warning. */
export function readFields(
  object: JsonObject,
  readers: Readonly<Record<string, FieldReader>>,
  draft: AnswerDraft,
  place: string,
): void {
  for (const [key, value] of Object.entries(object)) {
    // JSON made by programs often has null for what they left out.
    if (value === null) continue
    const reader = Object.hasOwn(readers, key) ? readers[key] : undefined
    if (reader !== undefined) reader(value, draft, `${place}${key}`)
    else if (weighty.test(key)) draft.faults.push(`it printed "${place}${key}", which nobody knows`)
    else draft.warnings.push(`it printed "${place}${key}", which means nothing here`)
  }
}

const weighty =
  /decision|permi|allow|deny|den(?:ied|ies)|block|appro|cancel|reject|refus|forbid|verdict|veto|behavi|continue|stop|abort|halt|input|output|args|arguments|rewrit|overrid|modif|updat|replac|redact/i

/** A field that says nothing here. */
export const ignored: FieldReader = () => {}

/** A text; anything else is said and left out. */
export function textField(use: (text: string, draft: AnswerDraft) => void): FieldReader {
  return (value, draft, place) => {
    if (typeof value === 'string') use(value, draft)
    else draft.warnings.push(`"${place}" is no text`)
  }
}

/** A yes or no that decides something; anything else is a fault. */
export function flagField(use: (flag: boolean, draft: AnswerDraft) => void): FieldReader {
  return (value, draft, place) => {
    if (typeof value === 'boolean') use(value, draft)
    else draft.faults.push(`"${place}" is ${JSON.stringify(value)}, neither true nor false`)
  }
}

/** One of a few words; any other is a fault. */
export function wordField(
  words: Readonly<Record<string, (draft: AnswerDraft) => void>>,
  read?: FieldReader,
): FieldReader {
  return (value, draft, place) => {
    const use = typeof value === 'string' && Object.hasOwn(words, value) ? words[value] : undefined
    if (use !== undefined) use(draft)
    else if (read !== undefined && typeof value === 'object') read(value, draft, place)
    else draft.faults.push(`"${place}" is ${JSON.stringify(value)}, none of ${Object.keys(words).join(', ')}`)
  }
}

/** An object; anything else is a fault. */
export function objectField(
  use: (object: JsonObject, draft: AnswerDraft, place: string) => void,
): FieldReader {
  return (value, draft, place) => {
    if (isObject(value)) use(value, draft, place)
    else draft.faults.push(`"${place}" is ${JSON.stringify(value)}, no object`)
  }
}

/** Something that would change what is done, and cannot be done here. */
export const unsupported: FieldReader = (_, draft, place) => {
  draft.faults.push(`it asks for "${place}", which keepup cannot do`)
}

/** Whether a value is an object of JSON. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
