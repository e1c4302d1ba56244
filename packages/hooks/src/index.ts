export { createHooks, type HooksOptions } from './create-hooks.ts'
export type { FunctionHook, HookEventOf, OnFailure, ToolMatcher, TypedHook } from './hook.ts'
