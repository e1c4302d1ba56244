import type { HookEvent, ToolCall } from '@keepup/core'

import type { ToolMatcher } from './hook.ts'

/** The call that an event is about. */
export function callOf(event: HookEvent): ToolCall | undefined {
  return 'call' in event ? event.call : undefined
}

/** Whether an event is about a call of one of these tools; one that is about no call is for every hook. */
export function matchesTool(tools: ToolMatcher | undefined, event: HookEvent): boolean {
  const call = callOf(event)
  if (tools === undefined || call === undefined) return true
  if (typeof tools === 'string') return tools === call.name
  if (!(tools instanceof RegExp)) return tools.includes(call.name)
  // A pattern with the flag g or y would remember where it stopped.
  return new RegExp(tools.source, tools.flags.replaceAll(/[gy]/g, '')).test(call.name)
}
