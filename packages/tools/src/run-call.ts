import {
  type Clock,
  type Milliseconds,
  type Repeat,
  startAlarm,
  type Tool,
  type ToolContext,
  type ToolOutcome,
  type ToolOutput,
} from '@keepup/core'

import { failureOf, messageOf } from './failure-of.ts'
import { checkResult, isOutcome } from './is-outcome.ts'

/** @limit In milliseconds: how long a tool has to stop once it is told to. */
const grace: Milliseconds = 2_000

/** What a tool does in one call: `run`, or `reconcile`. */
export type Act = (context: ToolContext) => Promise<ToolOutput | ToolOutcome>

/** How the call is bounded. */
export interface CallBounds {
  readonly tool: Tool
  readonly timeout: Milliseconds
  readonly clock: Clock
}

type Settled =
  | { readonly type: 'returned'; readonly result: ToolOutput | ToolOutcome }
  | { readonly type: 'threw'; readonly error: unknown }

/**
 * Runs a call to its outcome. Never rejects. After a time-out or an abort the tool gets 2 seconds to stop: an outcome that it gives by itself
 * is believed, a bare output is "what there is", and one that does not stop is abandoned.
 */
export async function runCall(act: Act, context: ToolContext, bounds: CallBounds): Promise<ToolOutcome> {
  if (context.signal.aborted) {
    return {
      type: 'failed',
      code: 'interrupted',
      message: 'The call was stopped before it began. Nothing was done.',
    }
  }
  const own = new AbortController()
  const settling = settle(act, narrow(context, own))
  const first = await firstOf(settling, bounds, context.signal, () => own.abort(context.signal.reason))
  if (first === 'stopped') return interrupted(await withinGrace(settling, bounds), bounds.tool.repeat)
  if (first !== 'timed-out')
    return context.signal.aborted ? interrupted(first, bounds.tool.repeat) : finished(first)
  own.abort(new DOMException(`The call took longer than ${bounds.timeout} ms`, 'TimeoutError'))
  return timedOut(await withinGrace(settling, bounds), bounds.timeout)
}

async function settle(act: Act, context: ToolContext): Promise<Settled> {
  try {
    const result = await act(context)
    checkResult(result)
    return { type: 'returned', result }
  } catch (error) {
    return { type: 'threw', error }
  }
}

/** What comes first: the end of the call, its time-out, or that the run stops, which the call is told at once. */
function firstOf(
  settling: Promise<Settled>,
  { clock, timeout }: CallBounds,
  run: AbortSignal,
  tell: () => void,
): Promise<Settled | 'stopped' | 'timed-out'> {
  return new Promise((resolve) => {
    if (run.aborted) return stop()
    const silence = startAlarm(clock, timeout, () => end('timed-out'))
    run.addEventListener('abort', stop, { once: true })
    void settling.then(end)
    function end(first: Settled | 'stopped' | 'timed-out'): void {
      run.removeEventListener('abort', stop)
      silence()
      resolve(first)
    }
    function stop(): void {
      tell()
      resolve('stopped')
    }
  })
}

async function withinGrace(settling: Promise<Settled>, { clock }: CallBounds): Promise<Settled | undefined> {
  const waiting = new AbortController()
  const given = clock.sleep(grace, waiting.signal).then(
    () => undefined,
    () => undefined,
  )
  const settled = await Promise.race([settling, given])
  waiting.abort()
  return settled
}

function finished(settled: Settled): ToolOutcome {
  if (settled.type === 'threw') return failureOf(settled.error)
  const { result } = settled
  return isOutcome(result) ? result : { type: 'completed', output: result }
}

function timedOut(settled: Settled | undefined, after: Milliseconds): ToolOutcome {
  if (settled?.type !== 'returned') return { type: 'timed-out', after }
  return isOutcome(settled.result) ? settled.result : { type: 'timed-out', after, output: settled.result }
}

/** What is true of a call that was told to stop: one that changes nothing did nothing; of any other, nobody knows. */
function interrupted(settled: Settled | undefined, repeat: Repeat): ToolOutcome {
  const result = settled?.type === 'returned' ? settled.result : undefined
  if (result !== undefined && isOutcome(result)) return result
  const output = result === undefined ? {} : { output: result }
  const how = describeStop(settled)
  if (repeat === 'safe') return { type: 'failed', code: 'interrupted', message: how, ...output }
  const repeatable = repeat === 'idempotent' ? ' Doing it again is harmless.' : ''
  return {
    type: 'unknown',
    reason: `${how} It may have happened, wholly or in part.${repeatable}`,
    ...output,
  }
}

function describeStop(settled: Settled | undefined): string {
  if (settled === undefined)
    return 'The call was interrupted, did not stop within 2 seconds and was abandoned.'
  if (settled.type === 'returned') return 'The call was interrupted and gave what there was.'
  return `The call was interrupted (${messageOf(settled.error)}).`
}

/** The context with the signal of this call. A listener to progress that throws stops nothing. */
function narrow(context: ToolContext, own: AbortController): ToolContext {
  const { call, clock, idempotencyKey } = context
  return {
    ...context,
    // These also where the context is no plain object.
    call,
    clock,
    idempotencyKey,
    // Made only for a tool that looks at it.
    get signal() {
      return own.signal
    },
    progress(text) {
      try {
        context.progress(text)
      } catch {
        // Whoever watches must not stop the work.
      }
    },
    processStarted: (process) => context.processStarted(process),
  }
}
