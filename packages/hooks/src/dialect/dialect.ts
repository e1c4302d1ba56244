import type { HookEvent, HookEventType, JsonObject, Mode, Timestamp } from '@keepup/core'

import type { HookEventOf } from '../hook.ts'
import type { ToolTranslation } from './tool-translation.ts'

/** What a payload tells of the moment besides the event itself. */
export interface Moment {
  readonly thread: string
  readonly mode: Mode
  /** The project's folder. */
  readonly folder: string
  readonly now: Timestamp
  /** The model's name, where it is known. */
  readonly model: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** A call in the words of a dialect. */
export interface ToldCall {
  readonly id: string
  readonly name: string
  readonly input: JsonObject
}

/** One of a dialect's moments. */
export interface DialectMoment {
  /** What it is here. */
  readonly on: HookEventType
  /** What else must hold, such as how a call ended. */
  wants?(event: HookEvent): boolean
  /** Whether it can refuse anything, where that differs from what such a moment can do here. */
  readonly guards?: false
  /** What a matcher is compared with where it is no tool; nothing where matchers have no meaning. */
  matched?(event: HookEvent): string
  /** Whether plain text on standard output is context for the model. */
  readonly textIsContext?: true
  /** The fields of the payload besides those that every payload has. */
  fields(event: HookEvent, moment: Moment, call: ToldCall | undefined): JsonObject
}

/** How one program tells its hooks what happens, and understands what they say. */
export interface Dialect {
  /** What people call the program. */
  readonly program: string
  readonly moments: Readonly<Record<string, DialectMoment>>
  /** Names of moments that it has and that never come here. */
  readonly elsewhere?: readonly string[]
  readonly tools: readonly ToolTranslation[]
  /** Whether a matcher is for one of these names. */
  matches(matcher: string, names: readonly string[]): boolean
  /** The fields of every payload. `name`: the dialect's own name of the moment. */
  base(name: string, event: HookEvent, moment: Moment): JsonObject
  /** What its commands find in their environment. */
  variables(moment: Moment): Readonly<Record<string, string>>
  /** Whether standard output may hold plain text; where it may not, such text is a failure of a guard. */
  readonly plainText: boolean
  /** Whether an allowance stands for the answer of a person, and not merely for nothing to say. */
  heedsAllowance(on: HookEventType): boolean
  /** What a refusal means at a moment where it refuses nothing: after a call or an answer. */
  readonly refusalAfter: 'told' | 'replaces' | 'stops'
}

/** A moment's fields, with the event narrowed to its type. */
export function momentOf<Type extends HookEventType>(
  on: Type,
  fields: (event: HookEventOf<Type>, moment: Moment, call: ToldCall) => JsonObject,
  more: {
    readonly wants?: (event: HookEventOf<Type>) => boolean
    readonly matched?: (event: HookEventOf<Type>) => string
    readonly guards?: false
    readonly textIsContext?: true
  } = {},
): DialectMoment {
  const { wants, matched, ...rest } = more
  // Whoever asks has compared the type of the event with `on`.
  const narrow = (event: HookEvent): HookEventOf<Type> => event as HookEventOf<Type>
  return {
    on,
    fields: (event, moment, call = noCall) => fields(narrow(event), moment, call),
    ...(wants === undefined ? {} : { wants: (event) => wants(narrow(event)) }),
    ...(matched === undefined ? {} : { matched: (event) => matched(narrow(event)) }),
    ...rest,
  }
}

const noCall: ToldCall = { id: '', name: '', input: {} }
