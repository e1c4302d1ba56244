import { createHash } from 'node:crypto'

import {
  type Clock,
  type Model,
  type ModelEvent,
  type ModelFailureKind,
  type ModelRequest,
  systemClock,
} from '@keepup/core'

import { parseScript } from './parse-script.ts'
import { playStep } from './play-step.ts'
import { followScript, holds, openSteps, type Progress } from './progress.ts'
import type { Script, Step } from './script.ts'

/** The parts of a scripted model. */
export interface ScriptedModelOptions {
  /** Drives `delay` and `pause`; the machine's when left out. */
  readonly clock?: Clock
}

/**
 * A model that answers by a script, for tests, demos and simulations. Takes what {@link parseScript} takes and fails as it does.
 *
 * The step is chosen by the request alone: which steps are used up is read from the answers in its messages, so a run that was killed and
 * resumed, a fork and a rewound thread each go on where they are. The one exception: a step with `fail` leaves no trace in the messages, so how
 * often it failed for a request is counted in this object. With tools off (`toolChoice: 'none'`), steps that call tools are passed over unless
 * their condition says `toolsOff: true`. Where no step fits, the call fails `invalid-request` and says what it looked for.
 */
export function scriptedModel(script: unknown, options: ScriptedModelOptions = {}): Model {
  const parsed = parseScript(script)
  const follow = followScript(parsed)
  const failures = new Map<string, number>()
  const clock = options.clock ?? systemClock
  return {
    id: parsed.id ?? 'scripted/script',
    ...(parsed.contextWindow === undefined ? {} : { contextWindow: parsed.contextWindow }),
    ...(parsed.price === undefined ? {} : { price: parsed.price }),
    async *stream(request, signal) {
      if (signal.aborted) {
        yield failed('interrupted', interrupted)
        return
      }
      const progress = follow(request.messages)
      const step = chooseStep(parsed, progress, request, failures)
      if (step === undefined) {
        yield failed('invalid-request', noStep(parsed, progress, request))
        return
      }
      const call = Math.max(progress.turn, progress.calls + 1)
      const prompt = progress.characters + fixedSize(request)
      const playing = { script: parsed, step, call, prompt, clock }
      try {
        yield* playStep(playing, signal)
      } catch (error) {
        if (!signal.aborted) throw error
        yield failed('interrupted', interrupted)
      }
    },
  }
}

const interrupted = 'The call was interrupted.'

function chooseStep(
  script: Script,
  progress: Progress,
  request: ModelRequest,
  failures: Map<string, number>,
): Step | undefined {
  for (const [index, step] of openSteps(script, progress)) {
    if (!allows(step, request) || !holds(step, progress)) continue
    if (step.repeat || (step.fail === undefined && step.garbage === undefined)) return step
    const key = `${index} ${digest(request)}`
    const count = failures.get(key) ?? 0
    if (count >= (step.fail?.times ?? 1)) continue
    failures.set(key, count + 1)
    return step
  }
  return undefined
}

function allows(step: Step, request: ModelRequest): boolean {
  const toolsOff = request.toolChoice === 'none'
  const wanted = step.when?.toolsOff
  if (wanted !== undefined) return wanted === toolsOff
  return !toolsOff || !step.calls?.length
}

function digest(request: ModelRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([request.toolChoice, [...request.messages]]))
    .digest('hex')
}

function fixedSize(request: ModelRequest): number {
  let size = request.system.length
  for (const tool of request.tools) size += tool.name.length + tool.description.length + 100
  return size
}

function failed(kind: ModelFailureKind, message: string): ModelEvent {
  return { type: 'failed', failure: { kind, message, retryable: false } }
}

function noStep(script: Script, progress: Progress, request: ModelRequest): string {
  const result =
    progress.lastToolResult === undefined ? 'none' : JSON.stringify(progress.lastToolResult.slice(0, 200))
  return (
    `The script has no step for answer ${progress.turn} (${script.steps.length} steps; tools ` +
    `${request.toolChoice === 'none' ? 'off' : 'on'}; last user message ${JSON.stringify(progress.lastUser.slice(0, 200))}; ` +
    `last tool result ${result}). Add a step, or let one repeat.`
  )
}
