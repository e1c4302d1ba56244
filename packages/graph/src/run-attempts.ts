import { KeepupError, type Milliseconds, startAlarm, type Timestamp } from '@keepup/core'

import type { ChannelValues } from './channel.ts'
import { failureOf } from './failure-of.ts'
import type { Task } from './graph-state.ts'
import { nodeContext } from './node-context.ts'
import type { NodeFailure } from './node-failure.ts'
import type { EffectOptions, NodeContext } from './node.ts'
import { recordWait } from './record-wait.ts'
import { runDecision } from './run-decision.ts'
import { addressOf, scopeAt, type Session, taskAt, type TaskPlace } from './session.ts'
import { settleTask, type Settled } from './settle-task.ts'

/** Whether what is aborted is waited for: an agent records its interrupt, and a function may not listen. */
export type Patience = 'none' | 'until-ended'

/** What one attempt does. */
export type Attempt = (values: ChannelValues, context: NodeContext) => Promise<Settled> | Settled

/**
 * Runs what has an effect: its intent first where it runs `once`, then attempt after attempt. Leaves the task open where the run is cancelled.
 */
export async function runAttempts(
  session: Session,
  place: TaskPlace & { readonly definition: EffectOptions },
  attempt: Attempt,
  patience: Patience = 'none',
): Promise<void> {
  for (;;) {
    const task = taskAt(session, place)
    const scope = scopeAt(session, place.within)
    if (task === undefined || scope === undefined) return
    const number = task.attempts + 1
    if (!(await isReady(session, place, task, number))) return
    session.show(place.node, { type: 'node-began', attempt: number })
    const settled = await attempted(session, place, number, {
      patience,
      body: (context) => attempt(scope.values, context),
    })
    if (settled === 'aborted') return
    const retryAt = retryTime(session, place.definition, settled.failure)
    if (retryAt === undefined || settled.failure === undefined) return conclude(session, place, settled)
    await recordRetry(session, place, settled.failure, retryAt)
  }
}

/** Whether it may begin: its delay has passed, and its intent is recorded where it runs `once`. */
async function isReady(
  session: Session,
  place: TaskPlace & { readonly definition: EffectOptions },
  { retryAt }: Task,
  attempt: number,
): Promise<boolean> {
  if (retryAt !== undefined && !(await slept(session, retryAt - session.clock.now()))) return false
  if (place.definition.repeat === 'once') await recordIntent(session, place, attempt)
  return !session.abort.signal.aborted
}

function conclude(session: Session, place: TaskPlace, settled: Settled): Promise<void> {
  if (settled.wait !== undefined) return recordWait(session, place, settled.wait)
  if (settled.failure?.kind === 'unknown') return runDecision(session, place)
  return settleTask(session, place, settled)
}

function recordRetry(
  session: Session,
  place: TaskPlace,
  failure: NodeFailure,
  retryAt: Timestamp,
): Promise<void> {
  const { data, header } = addressOf(place)
  const more = { ...header, until: retryAt }
  session.journal.stage('node-failed', { ...data, failure, follows: 'retry', retryAt }, more)
  return session.journal.flush()
}

/** Nothing that may not happen twice begins before this survives a loss of power. */
async function recordIntent(session: Session, place: TaskPlace, attempt: number): Promise<void> {
  const { data, header } = addressOf(place)
  session.journal.stage('node-started', { ...data, attempt }, header)
  await session.journal.flush('power')
}

/** One attempt, and how it is carried out. */
interface Body {
  readonly patience: Patience
  readonly body: (context: NodeContext) => Promise<Settled> | Settled
}

async function attempted(
  session: Session,
  place: TaskPlace & { readonly definition: EffectOptions },
  number: number,
  body: Body,
): Promise<Settled | 'aborted'> {
  const { timeout } = place.definition
  const outer = session.abort.signal
  if (timeout === undefined) return settledOf(body, nodeContext(session, place, number, outer), outer)
  const own = new AbortController()
  const stop = startAlarm(session.clock, timeout, () => own.abort(lateError(place, timeout)))
  try {
    const signal = AbortSignal.any([outer, own.signal])
    const settled = await settledOf(body, nodeContext(session, place, number, signal), signal)
    return settled === 'aborted' && !outer.aborted
      ? { failure: lateFailure(place, timeout, number) }
      : settled
  } finally {
    stop()
  }
}

/** What an attempt came to. What was aborted did not fail by itself. */
async function settledOf(
  { body, patience }: Body,
  context: NodeContext,
  signal: AbortSignal,
): Promise<Settled | 'aborted'> {
  try {
    const result = body(context)
    const settled = await (patience === 'none' ? untilAborted(signal, result) : result)
    return settled.failure !== undefined && signal.aborted ? 'aborted' : settled
  } catch (error) {
    return signal.aborted ? 'aborted' : { failure: failureOf(context.node, error, context.attempt) }
  }
}

/** The result of a promise, or the signal's reason where that comes first: a node that ignores its signal holds nothing up. */
function untilAborted<Result>(
  signal: AbortSignal,
  result: Promise<Result> | Result,
): Promise<Result> | Result {
  if (!(result instanceof Promise)) return result
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

function lateError({ node }: TaskPlace, after: Milliseconds): KeepupError {
  return new KeepupError('interrupted', `Node ${node} took longer than ${after} ms.`)
}

/** What may not happen twice and took too long may have happened. */
function lateFailure(
  { node, definition }: TaskPlace & { readonly definition: EffectOptions },
  after: Milliseconds,
  attempt: number,
): NodeFailure {
  const kind = definition.repeat === 'once' ? 'unknown' : 'timed-out'
  return { node, kind, message: `Node ${node} took longer than ${after} ms`, attempt }
}

function retryTime(
  { clock, random }: Session,
  { retry }: EffectOptions,
  failure: NodeFailure | undefined,
): Timestamp | undefined {
  if (retry === undefined || failure === undefined || failure.attempt >= retry.attempts) return undefined
  if (retry.when !== undefined && !retry.when(failure)) return undefined
  const { delay = 500, factor = 2, longest = 30_000, jitter = 0.2 } = retry
  const whole = Math.min(delay * factor ** (failure.attempt - 1), longest)
  return Math.ceil(clock.now() + whole * (1 - jitter * random()))
}

/** Whether the whole time passed. */
async function slept({ clock, abort }: Session, time: Milliseconds): Promise<boolean> {
  if (time <= 0) return true
  try {
    await clock.sleep(time, abort.signal)
    return !abort.signal.aborted
  } catch (error) {
    if (abort.signal.aborted) return false
    throw error
  }
}
