import {
  type CallSituation,
  type FinishedCall,
  KeepupError,
  type PreparedCall,
  type ReadyCall,
  type ToolContext,
  type ToolCoordinator,
  type ToolOutcome,
} from '@keepup/core'

import { untilAbandoned } from './until-abandoned.ts'

/**
 * A coordinator that keeps its promises, whatever the given one does: preparing and running never reject, end within seconds of an abort, and give
 * outcomes that the log can hold. A call of which nothing can be known any more is `unknown`, or `failed` where it changes nothing.
 */
export function guardCoordinator(tools: ToolCoordinator): ToolCoordinator {
  return {
    definitions: (policy) => tools.definitions(policy),
    async prepare(call, situation) {
      try {
        const what = `Preparing a call of ${call.name}`
        const prepared = await untilAbandoned(what, situation.signal, () => tools.prepare(call, situation))
        return guardPrepared(prepared, situation)
      } catch (error) {
        return { type: 'refused', ...refusal(error, situation) }
      }
    },
  }
}

function guardPrepared(prepared: PreparedCall, situation: CallSituation): PreparedCall {
  if (prepared.type === 'refused') return { type: 'refused', ...checkFinished(prepared) }
  if (prepared.type === 'ask') return { ...prepared, ready: guardReady(prepared.ready, situation) }
  return guardReady(prepared, situation)
}

function guardReady(ready: ReadyCall, situation: CallSituation): { readonly type: 'ready' } & ReadyCall {
  const { repeat, concurrency, effects, input, reconcilable, reasons } = ready
  const end = async (context: ToolContext, act: () => Promise<FinishedCall>): Promise<FinishedCall> => {
    const { name } = context.call
    try {
      return checkFinished(await untilAbandoned(`The call of ${name}`, context.signal, act))
    } catch (error) {
      const outcome: ToolOutcome =
        repeat === 'safe'
          ? { type: 'failed', code: codeOf(error), message: messageOf(error) }
          : { type: 'unknown', reason: messageOf(error) }
      return { outcome, labels: { default: situation.exposure } }
    }
  }
  return {
    type: 'ready',
    repeat,
    concurrency: concurrency ?? (repeat === 'safe' ? 'shared' : 'exclusive'),
    effects,
    input,
    ...(reasons === undefined ? {} : { reasons }),
    get digest() {
      return ready.digest
    },
    reconcilable,
    run: (context) => end(context, () => ready.run(context)),
    reconcile: (context) => end(context, () => ready.reconcile(context)),
  }
}

function refusal(error: unknown, { exposure }: CallSituation): FinishedCall {
  const outcome: ToolOutcome = { type: 'failed', code: codeOf(error), message: messageOf(error) }
  return { outcome, labels: { default: exposure } }
}

/** What each type of outcome cannot be without. */
const needs: ReadonlyMap<unknown, string> = new Map([
  ['completed', 'output'],
  ['failed', 'message'],
  ['denied', 'reason'],
  ['timed-out', 'after'],
  ['unknown', 'reason'],
])

/** Refuses what the log could not be read with. Types promise that it is whole; plain JavaScript does not. */
function checkFinished(finished: FinishedCall): FinishedCall {
  const { outcome, labels, artifacts, stop } = finished
  const needed = needs.get(outcome.type)
  const output: unknown = 'output' in outcome ? outcome.output?.content : []
  if (needed === undefined || !Object.hasOwn(outcome, needed) || !isContent(output ?? []))
    throw new KeepupError('tool-failed', 'The call ended, but what it gave back is no outcome.')
  if (labels.default.integrity === undefined)
    throw new KeepupError('tool-failed', 'The call ended, but its outcome has no labels.')
  return {
    outcome,
    labels,
    ...(artifacts === undefined ? {} : { artifacts }),
    ...(typeof stop === 'string' ? { stop } : {}),
  }
}

function isContent(content: unknown): boolean {
  return (
    Array.isArray(content) &&
    content.every((part: { readonly type?: unknown; readonly text?: unknown } | null) =>
      part?.type === 'text' ? typeof part.text === 'string' : part?.type === 'file',
    )
  )
}

function codeOf(error: unknown): string {
  return KeepupError.is(error) ? error.code : 'tool-failed'
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
