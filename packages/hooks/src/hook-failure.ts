import type { HookEventType, HookVerdict } from '@keepup/core'

import { showText } from './hook-text.ts'
import type { OnFailure } from './hook.ts'

/** Says in one line that a hook failed, and what to do where it stopped something. */
function describeFailure(name: string, problem: string, blocks: boolean): string {
  const what = `The hook ${showText(name)} failed: ${showText(problem)}`
  return blocks
    ? `${what} A guard that fails denies. Mend it, or give it "onFailure": "continue" to go on without it.`
    : what
}

/** What a failed hook comes to: a denial where it guards, else a warning. A stop is held up once: an agent cannot mend a broken hook. */
export function failureVerdict(
  hook: { readonly name: string; readonly onFailure: OnFailure; guards(type: HookEventType): boolean },
  event: { readonly type: HookEventType; readonly again?: boolean },
  problem: string,
): HookVerdict {
  const blocks = hook.onFailure === 'block' && hook.guards(event.type) && event.again !== true
  const text = describeFailure(hook.name, problem, blocks)
  return blocks ? { decision: { type: 'deny', reason: text }, messages: [text] } : { messages: [text] }
}
