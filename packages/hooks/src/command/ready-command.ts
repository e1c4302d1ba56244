import type { Clock, Fetch, HookEvent, HookSituation } from '@keepup/core'

import { readOutput } from '../answer/read-output.ts'
import { verdictOf } from '../answer/verdict-of.ts'
import type { Background } from '../background.ts'
import type { CommandHook } from '../command-hook.ts'
import { mayMeetCondition } from '../configuration/condition.ts'
import type { DialectMoment, Moment, ToldCall } from '../dialect/dialect.ts'
import { dialects } from '../dialect/dialects.ts'
import { translateCall, type TranslatedCall } from '../dialect/tool-translation.ts'
import { guardedMoments } from '../guarded-moments.ts'
import { callOf } from '../match-tool.ts'
import type { HookAnswer, ReadyHook } from '../ready-hook.ts'
import { checkPins } from '../trust/file-pin.ts'
import { runHandler } from './run-handler.ts'

/** What configured hooks are told of the place they run in. */
export interface HookSurroundings {
  /** The project's folder: where commands are run. */
  readonly folder: string
  /** What commands find in their environment, besides the variables of their dialect; that of this process when left out. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** The model's name, for payloads that tell it. */
  readonly model?: string
  /** For hooks that are requests; the platform's when left out. */
  readonly fetch?: Fetch
}

/** What running configured hooks needs besides. */
export interface CommandSurroundings {
  readonly surroundings: HookSurroundings
  readonly clock: Clock
  readonly background: Background
}

/** Makes a configured hook one that can be run. One whose moment there is not here is never run. */
export function readyCommand(hook: CommandHook, parts: CommandSurroundings): ReadyHook {
  const dialect = dialects[hook.dialect]
  const moment = Object.hasOwn(dialect.moments, hook.event) ? dialect.moments[hook.event] : undefined
  const seen = new Set<string>()
  const guards = moment !== undefined && moment.guards !== false && guardedMoments.has(moment.on)
  return {
    name: hook.name,
    timeout: hook.timeout,
    onFailure: hook.onFailure,
    sequential: hook.sequential === true,
    background: hook.background === true,
    external: true,
    on: new Set(moment === undefined ? [] : [moment.on]),
    guards: () => guards && hook.background !== true,
    wants(event, { thread }) {
      if (moment === undefined || !concerns(hook, moment, event, parts.surroundings.folder)) return false
      if (hook.once !== true) return true
      const first = !seen.has(thread)
      seen.add(thread)
      return first
    },
    async run(event, situation) {
      if (moment === undefined) return { verdict: {} }
      return runCommand({ ...parts, hook, moment, guards }, event, situation)
    },
  }
}

/** Whether an event is the one that a hook was configured for. */
function concerns(hook: CommandHook, moment: DialectMoment, event: HookEvent, folder: string): boolean {
  if (event.type !== moment.on || moment.wants?.(event) === false) return false
  const dialect = dialects[hook.dialect]
  const call = translated(hook, event, folder)
  const { matcher, condition } = hook
  const named = call?.names ?? (moment.matched === undefined ? undefined : [moment.matched(event)])
  if (matcher !== undefined && named !== undefined && !dialect.matches(matcher, named)) return false
  return condition === undefined || (call !== undefined && mayMeetCondition(condition, call, folder))
}

interface CommandParts extends CommandSurroundings {
  readonly hook: CommandHook
  readonly moment: DialectMoment
  readonly guards: boolean
}

async function runCommand(
  { hook, moment, guards, surroundings, clock, background }: CommandParts,
  event: HookEvent,
  situation: HookSituation,
): Promise<HookAnswer> {
  const dialect = dialects[hook.dialect]
  const { folder, environment = process.env, model = '', fetch = globalThis.fetch } = surroundings
  const { thread, mode, signal } = situation
  const told: Moment = { thread, mode, folder, now: clock.now(), model: modelOf(event) ?? model, environment }
  const call = toldCall(hook, event, folder)
  const payload = { ...dialect.base(hook.event, event, told), ...moment.fields(event, told, call) }
  await checkPins(hook.pins ?? [])
  // Nothing leaves the process before what led to it is kept.
  await situation.recorded?.()
  signal.throwIfAborted()
  const variables = dialect.variables(told)
  const ended = await runHandler(hook.handler, {
    folder,
    environment: { ...environment, ...variables },
    variables,
    input: `${JSON.stringify(payload)}\n`,
    fetch,
    signal,
    leave: (work) => background.add(work),
  })
  const { answer, problem } = readOutput(ended, dialect, moment)
  const verdict = verdictOf(answer, { name: hook.name, dialect, guards, event, call })
  return problem === undefined ? { verdict } : { verdict, problem }
}

function toldCall(hook: CommandHook, event: HookEvent, folder: string): ToldCall | undefined {
  const told = translated(hook, event, folder)
  return told === undefined ? undefined : { id: callOf(event)?.id ?? '', name: told.name, input: told.input }
}

/** The call that an event is about, in the words of the hook's dialect. */
function translated(hook: CommandHook, event: HookEvent, folder: string): TranslatedCall | undefined {
  if (!('call' in event)) return undefined
  return translateCall(dialects[hook.dialect].tools, event.call.name, event.input, folder)
}

function modelOf(event: HookEvent): string | undefined {
  return 'model' in event ? event.model : undefined
}
