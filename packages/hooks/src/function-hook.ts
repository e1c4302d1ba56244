import type { HookEvent, HookSituation } from '@keepup/core'

import { checkVerdict } from './check-verdict.ts'
import { guardedMoments } from './guarded-moments.ts'
import type { FunctionHook } from './hook.ts'
import { matchesTool } from './match-tool.ts'
import type { ReadyHook } from './ready-hook.ts'

const defaultTimeout = 60_000

/** Makes a function of a program a hook. */
export function readyFunction(hook: FunctionHook): ReadyHook {
  const { name, on, tools, timeout = defaultTimeout, onFailure = 'block', sequential = false } = hook
  // The type of the event is the one that the hook is for: `wants` has looked. TypeScript does not follow that through a union.
  const run = (event: HookEvent, situation: HookSituation): ReturnType<FunctionHook['run']> =>
    hook.run(event as never, situation)
  return {
    name,
    timeout,
    onFailure,
    sequential,
    background: false,
    external: false,
    on: new Set([on]),
    guards: (type) => guardedMoments.has(type),
    wants: (event) => event.type === on && matchesTool(tools, event),
    run: async (event, situation) => ({ verdict: checkVerdict(await run(event, situation)) }),
  }
}
