import {
  type Clock,
  type HookEvent,
  type Hooks,
  type HookSituation,
  type Milliseconds,
  systemClock,
} from '@keepup/core'

import { type Background, createBackground } from './background.ts'
import type { CommandHook } from './command-hook.ts'
import { type HookSurroundings, readyCommand } from './command/ready-command.ts'
import { readyFunction } from './function-hook.ts'
import type { FunctionHook } from './hook.ts'
import type { ReadyHook } from './ready-hook.ts'
import { runHook, type RunParts } from './run-hook.ts'
import { runHooks } from './run-hooks.ts'
import { createTurnstile } from './turnstile.ts'

/** What {@link createHooks} makes hooks of. */
export interface HooksOptions extends Partial<HookSurroundings> {
  /** Functions, and commands as one of the readers of configurations gives them. Commands need a `folder`: that of this process when left out. */
  readonly hooks: readonly (FunctionHook | CommandHook)[]
  /** Measures time-outs; the system's when left out. */
  readonly clock?: Clock
  /** Told of everything that a person should know: warnings of hooks that failed, and words of hooks that are meant for people. */
  readonly tell?: (text: string) => void
  /** How many commands run at once, over all calls: 16. */
  readonly mostAtOnce?: number
  /** How long hooks in the background may go on after a session has ended; 5 seconds when left out. */
  readonly farewell?: Milliseconds
}

/**
 * The hooks of an agent. Those of one event run beside each other, unless they are sequential; deny beats ask beats allow, whatever their order.
 * A guard that fails, whatever the way, denies; a hook that only watches never stops anything by failing.
 */
export function createHooks(options: HooksOptions): Hooks {
  const { hooks, clock = systemClock, tell = () => {}, mostAtOnce = 16, farewell = 5_000 } = options
  const { folder = process.cwd() } = options
  const background = createBackground()
  const commands = { surroundings: { ...options, folder }, clock, background }
  const ready = hooks.map((hook) => ('on' in hook ? readyFunction(hook) : readyCommand(hook, commands)))
  const parts = { clock, turnstile: createTurnstile(mostAtOnce) }
  const types = new Set(ready.flatMap(({ on }) => [...on]))
  // What runs in the background has to be ended at some time.
  if (ready.some(({ external }) => external)) types.add('session-ended')
  return {
    listens: (type) => types.has(type),
    async run(event: HookEvent, situation) {
      const wanted = ready.filter((hook) => hook.on.has(event.type) && hook.wants(event, situation))
      for (const hook of wanted) {
        if (hook.background) runBehind({ ...parts, background, tell }, hook, event, situation)
      }
      const awaited = wanted.filter((hook) => !hook.background)
      const verdict = await runHooks(parts, awaited, event, situation)
      for (const message of verdict.messages ?? []) tell(message)
      if (event.type === 'session-ended') await background.finish(farewell)
      return verdict
    },
  }
}

/** Runs a hook that nobody waits for: the end of the run does not end it, the end of the session does. */
function runBehind(
  parts: RunParts & { readonly background: Background; readonly tell: (text: string) => void },
  hook: ReadyHook,
  event: HookEvent,
  situation: HookSituation,
): void {
  const ending = new AbortController()
  const work = async (): Promise<void> => {
    const { messages = [] } = await runHook(parts, hook, event, { ...situation, signal: ending.signal })
    for (const message of messages) parts.tell(message)
  }
  const ended = work()
  parts.background.add({ ended, end: () => ending.abort() })
}
