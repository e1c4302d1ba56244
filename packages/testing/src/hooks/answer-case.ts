import type { JsonValue } from '@keepup/core'

import type { MomentName } from './moments.ts'

/** What a verdict must say. Words that are left to the adapter are `anyWords`: it must say something. */
export interface Meaning {
  readonly decision?:
    | { readonly type: 'allow' }
    | { readonly type: 'deny'; readonly reason: Words }
    | { readonly type: 'ask'; readonly question: Words }
  readonly input?: JsonValue
  /** The text of the output that is shown instead. */
  readonly output?: string
  readonly context?: readonly string[]
  readonly stop?: Words
  /** What a person is told. */
  readonly messages?: readonly string[] | typeof anyWords
}

/** Stands for any text but an empty one. */
export const anyWords: unique symbol = Symbol('any words')

type Words = string | typeof anyWords

/** What a hook prints and how it ends, and the whole verdict that this is. */
export interface AnswerCase {
  readonly event: string
  readonly at: MomentName
  /** JSON, or text as it is. */
  readonly prints?: object | string
  readonly errors?: string
  readonly exit?: number
  /** `failure`: a guard that failed, so that it denies, and says so. */
  readonly means: Meaning | typeof failure
}

/** A guard that failed. */
export const failure: unique symbol = Symbol('failure')
/** A denial. */
export const deny = (reason: Words): Meaning => ({ decision: { type: 'deny', reason } })
/** An allowance. */
export const allow: Meaning = { decision: { type: 'allow' } }
/** A question. */
export const ask = (question: Words): Meaning => ({ decision: { type: 'ask', question } })
/** Another output. */
export const shown = (output: string): Meaning => ({ output })
/** Nothing is done, and a person is told why. */
export const warned: Meaning = { messages: anyWords }
/** What stands under `hookSpecificOutput`. */
export const specific = (hookEventName: string, fields: object): object => ({
  hookSpecificOutput: { hookEventName, ...fields },
})
/** The same, before a call. */
export const before = (fields: object): object => specific('PreToolUse', fields)
/** The same, after a call. */
export const after = (fields: object): object => specific('PostToolUse', fields)
/** The same, where a person would be asked. */
export const permission = (decision: object): object => specific('PermissionRequest', { decision })

/** Where most things are said. */
export const call = { event: 'PreToolUse', at: 'a call' } as const
/** Where a person would be asked. */
export const question = { event: 'PermissionRequest', at: 'a question' } as const
/** After a call. */
export const ended = { event: 'PostToolUse', at: 'a call that completed' } as const
/** Where words come in. */
export const prompt = { event: 'UserPromptSubmit', at: 'a prompt' } as const
/** Before the end. */
export const stop = { event: 'Stop', at: 'a stop' } as const
