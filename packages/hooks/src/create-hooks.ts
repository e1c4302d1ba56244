import { type Clock, type HookEvent, type Hooks, systemClock } from '@keepup/core'

import { readyFunction } from './function-hook.ts'
import type { FunctionHook } from './hook.ts'
import { runHooks } from './run-hooks.ts'
import { createTurnstile } from './turnstile.ts'

/** What {@link createHooks} makes hooks of. */
export interface HooksOptions {
  readonly hooks: readonly FunctionHook[]
  /** Measures time-outs; the system's when left out. */
  readonly clock?: Clock
  /** Told of everything that a person should know: warnings of hooks that failed, and words of hooks that are meant for people. */
  readonly tell?: (text: string) => void
  /** How many commands run at once, over all calls: 16. */
  readonly mostAtOnce?: number
}

/**
 * The hooks of an agent. Those of one event run beside each other, unless they are sequential; deny beats ask beats allow, whatever their order.
 * A guard that fails, whatever the way, denies; a hook that only watches never stops anything by failing.
 */
export function createHooks({ hooks, clock = systemClock, tell, mostAtOnce = 16 }: HooksOptions): Hooks {
  const ready = hooks.map((hook) => readyFunction(hook))
  const parts = { clock, turnstile: createTurnstile(mostAtOnce) }
  const types = new Set(ready.flatMap(({ on }) => [...on]))
  return {
    listens: (type) => types.has(type),
    async run(event: HookEvent, situation) {
      const wanted = ready.filter((hook) => hook.on.has(event.type) && hook.wants(event, situation))
      const verdict = await runHooks(parts, wanted, event, situation)
      for (const message of verdict.messages ?? []) tell?.(message)
      return verdict
    },
  }
}
