import type { HookEvent, HookEventType, HookSituation, HookVerdict, Milliseconds } from '@keepup/core'

/** What becomes of a guard that fails: the step is stopped, or goes on with a warning. */
export type OnFailure = 'block' | 'continue'

/** The events of one type. */
export type HookEventOf<Type extends HookEventType> = Extract<HookEvent, { readonly type: Type }>

/** Tools by name: one, several, or a pattern that is looked for in the name. */
export type ToolMatcher = string | readonly string[] | RegExp

/** A function of one moment. What it returns is its verdict; nothing means that it has nothing to say. A rejection is a failure. */
export interface TypedHook<Type extends HookEventType> {
  /** What reasons and warnings call it. */
  readonly name: string
  readonly on: Type
  /** For moments that are about a call: only calls of these tools. */
  readonly tools?: ToolMatcher
  /** 60 seconds when left out. A guard that takes longer has failed. */
  readonly timeout?: Milliseconds
  /** `block` when left out. */
  readonly onFailure?: OnFailure
  /** Runs alone, after the hooks before it, and sees what they rewrote. */
  readonly sequential?: boolean
  run(
    event: HookEventOf<Type>,
    situation: HookSituation,
  ): HookVerdict | undefined | Promise<HookVerdict | undefined>
}

/** A function that is run at one moment; its event is narrowed by `on`. */
export type FunctionHook = { readonly [Type in HookEventType]: TypedHook<Type> }[HookEventType]
