import {
  type Clock,
  type HookEvent,
  type Hooks,
  type HookSituation,
  type HookVerdict,
  type Milliseconds,
  systemClock,
} from '@keepup/core'

import { type Background, createBackground } from './background.ts'
import type { CommandHook } from './command-hook.ts'
import { leftBehind } from './command/left-behind.ts'
import { type HookSurroundings, readyCommand } from './command/ready-command.ts'
import { readyFunction } from './function-hook.ts'
import { guardedMoments } from './guarded-moments.ts'
import { failureVerdict } from './hook-failure.ts'
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

/** Hooks that can be told that nothing more will come: what still runs in the background is ended. */
export interface RunningHooks extends Hooks, AsyncDisposable {}

/**
 * The hooks of an agent. Those of one event run beside each other, unless they are sequential; deny beats ask beats allow, whatever their order.
 * A guard that fails, whatever the way, denies; a hook that only watches never stops anything by failing.
 */
export function createHooks(options: HooksOptions): RunningHooks {
  const { hooks, clock = systemClock, mostAtOnce = 16, farewell = 5_000 } = options
  const { folder = process.cwd() } = options
  const background = createBackground()
  const commands = { surroundings: { ...options, folder }, clock, background }
  const ready = hooks.map((hook) => ('on' in hook ? readyFunction(hook) : readyCommand(hook, commands)))
  const parts = { clock, turnstile: createTurnstile(mostAtOnce) }
  // Those that nobody waits for keep no place from those that somebody does.
  const behind = { clock, turnstile: createTurnstile(mostAtOnce), background, tell: teller(options.tell) }
  const types = new Set(ready.flatMap(({ on }) => [...on]))
  // What runs in the background has to be ended at some time.
  if (ready.some(({ external }) => external)) types.add('session-ended')
  let looked = false
  return {
    listens: (type) => types.has(type),
    async run(event, situation) {
      if (!looked && ready.some(({ external }) => external))
        for (const pid of leftBehind(folder)) behind.tell(stray(pid))
      looked = true
      const verdict = await runAll({ ready, parts, behind }, event, situation)
      for (const message of verdict.messages ?? []) behind.tell(message)
      if (event.type === 'session-ended') await background.finish(farewell)
      return verdict
    },
    [Symbol.asyncDispose]: () => background.finish(0),
  }
}

function stray(pid: number): string {
  return `Process ${pid} may be what a hook of an earlier run left behind. It threw its marks away, so it was not ended: look at it, and end it if it is.`
}

type BehindParts = RunParts & {
  readonly background: Background
  readonly tell: (text: string) => void
}

/** Runs the hooks that want to know. Never rejects: what nobody foresaw denies too, where there is something to deny. */
async function runAll(
  all: { readonly ready: readonly ReadyHook[]; readonly parts: RunParts; readonly behind: BehindParts },
  event: HookEvent,
  situation: HookSituation,
): Promise<HookVerdict> {
  try {
    const wanted = all.ready.filter((hook) => hook.on.has(event.type) && hook.wants(event, situation))
    for (const hook of wanted.filter((one) => one.background)) runBehind(all.behind, hook, event, situation)
    const awaited = wanted.filter((one) => !one.background)
    return await runHooks(all.parts, awaited, event, situation)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    const everyHook = {
      name: 'runner',
      onFailure: 'block',
      guards: (type: HookEvent['type']) => guardedMoments.has(type),
    } as const
    return failureVerdict(everyHook, event, problem)
  }
}

/** Runs a hook that nobody waits for: the end of the run does not end it, the end of the session does. */
function runBehind(parts: BehindParts, hook: ReadyHook, event: HookEvent, situation: HookSituation): void {
  const ending = new AbortController()
  const work = async (): Promise<void> => {
    const { messages = [] } = await runHook(parts, hook, event, { ...situation, signal: ending.signal })
    for (const message of messages) parts.tell(message)
  }
  parts.background.add({ ended: work(), end: () => ending.abort() })
}

/** A listener that throws changes nothing. */
function teller(tell: HooksOptions['tell']): (text: string) => void {
  return (text) => {
    try {
      tell?.(text)
    } catch {
      // Whoever listens has to mind its own errors.
    }
  }
}
