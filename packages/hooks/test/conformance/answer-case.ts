import type { HookVerdict } from '@keepup/core'
import { expect } from 'vitest'

import type { MomentName } from './moments.ts'

/** What a hook prints and how it ends, and the whole verdict that this is. */
export interface AnswerCase {
  readonly event: string
  readonly at: MomentName
  /** JSON, or text as it is. */
  readonly prints?: object | string
  readonly errors?: string
  readonly exit?: number
  /** A verdict, or a pattern of the reason of a failure. */
  readonly means: HookVerdict | RegExp
}

/** A denial. */
export const deny = (reason: string): HookVerdict => ({ decision: { type: 'deny', reason } })
/** An allowance. */
export const allow: HookVerdict = { decision: { type: 'allow' } }
/** A question of the hook that every case runs. */
export const ask = (text: string): HookVerdict => ({
  decision: { type: 'ask', question: text, reasons: [{ rule: 'hook the hook', text }] },
})
/** Another output. */
export const shown = (text: string): HookVerdict => ({ output: { content: [{ type: 'text', text }] } })
/** Any text with these words in it. */
export const containing = (words: string): string => expect.stringContaining(words)
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
