import type { Clock, HookEvent, HookSituation, HookVerdict, Milliseconds } from '@keepup/core'

import { failureVerdict } from './hook-failure.ts'
import { joinVerdicts } from './join-verdicts.ts'
import type { HookAnswer, ReadyHook } from './ready-hook.ts'
import type { Turnstile } from './turnstile.ts'

/** What running a hook needs. */
export interface RunParts {
  readonly clock: Clock
  /** Of what runs outside of this process, only so much at once: waiting does not count as running. */
  readonly turnstile: Turnstile
}

/** How long a hook that was told to stop may take to clean up, before it is left to itself. */
const cleaningUp: Milliseconds = 4_000

/** Runs a hook within its time. Never rejects: what fails denies or warns, as the moment asks. */
export async function runHook(
  parts: RunParts,
  hook: ReadyHook,
  event: HookEvent,
  situation: HookSituation,
): Promise<HookVerdict> {
  const leave = hook.external ? await parts.turnstile.enter() : () => {}
  const limit = new AbortController()
  try {
    situation.signal.throwIfAborted()
    const { verdict, problem } = await withinTime(parts.clock, hook, event, situation, limit)
    if (problem === undefined) return verdict
    const failed = failureVerdict(hook, event, problem)
    return joinVerdicts([verdict, failed].map((said) => ({ name: hook.name, verdict: said })))
  } catch (error) {
    const problem = situation.signal.aborted ? 'it was cut short by an interrupt.' : problemOf(error)
    return failureVerdict(hook, event, problem)
  } finally {
    limit.abort()
    leave()
  }
}

async function withinTime(
  clock: Clock,
  hook: ReadyHook,
  event: HookEvent,
  situation: HookSituation,
  limit: AbortController,
): Promise<HookAnswer> {
  const signal = AbortSignal.any([situation.signal, limit.signal])
  const work = (async () => hook.run(event, { ...situation, signal }))()
  const ended = new AbortController()
  const late = clock.sleep(hook.timeout, AbortSignal.any([ended.signal, situation.signal])).then(
    () => 'late' as const,
    () => 'cut' as const,
  )
  try {
    const first = await Promise.race([work, late])
    if (typeof first === 'object') return first
    limit.abort()
    if (hook.external) await settled(work)
    throw new Error(`it took longer than ${hook.timeout / 1000} s.`)
  } finally {
    ended.abort()
  }
}

/** Waits until it has cleaned up, for a moment only. */
async function settled(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, cleaningUp)))
  await Promise.race([work.catch(() => {}), patience])
  clearTimeout(timer)
}

function problemOf(error: unknown): string {
  if (error instanceof Error) return error.message === '' ? error.name : sentence(error.message)
  return `it threw ${String(error)}.`
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
