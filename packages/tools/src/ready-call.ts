import type { Effect, Hash, JsonValue, ReadyCall, Reason, Tool, ToolContext, ToolOutcome } from '@keepup/core'
import type { Clock, Milliseconds } from '@keepup/core'

import type { RegisteredTool } from './create-tool-registry.ts'
import { messageOf } from './failure-of.ts'
import { finishCall, type FinishingParts } from './finish-call.ts'
import { type Act, runCall } from './run-call.ts'

/** What running needs. */
export interface CallParts extends FinishingParts {
  readonly timeout: Milliseconds
  readonly clock: Clock | undefined
}

/** What preparing found out. */
export interface Preparation {
  readonly input: JsonValue
  /** The input as its schema gives it to the tool. */
  readonly value: unknown
  readonly effects: readonly Effect[]
  /** Why policies let it run. */
  readonly reasons: readonly Reason[] | undefined
  /** H(tool pin, canonical input, effects, exposure, folder). */
  readonly digest: () => Hash
  /** Where the commands of the thread start. */
  readonly folder: string | undefined
}

/** A call that may be run. */
export function readyCall(
  parts: CallParts,
  registered: RegisteredTool,
  preparation: Preparation,
): { readonly type: 'ready' } & ReadyCall {
  const { tool } = registered
  const { input, value, effects, folder, reasons } = preparation
  let digest: Hash | undefined
  // What was judged for one folder is run there.
  const placed = (context: ToolContext): ToolContext =>
    folder === undefined ? context : { ...context, folder }
  return {
    type: 'ready',
    repeat: tool.repeat,
    concurrency: tool.concurrency ?? (tool.repeat === 'safe' ? 'shared' : 'exclusive'),
    effects,
    input,
    ...(reasons === undefined ? {} : { reasons }),
    // Only questions are asked under it.
    get digest() {
      digest ??= preparation.digest()
      return digest
    },
    reconcilable: tool.reconcile !== undefined,
    async run(context) {
      const outcome = await perform(parts, tool, context, (narrowed) => tool.run(value, placed(narrowed)))
      return finishCall(parts, registered, context, outcome)
    },
    async reconcile(context) {
      const outcome = await perform(parts, tool, context, (narrowed) => ask(tool, value, placed(narrowed)))
      return finishCall(parts, registered, context, told(outcome))
    },
  }
}

function perform(parts: CallParts, tool: Tool, context: ToolContext, act: Act): Promise<ToolOutcome> {
  const timeout = tool.timeout ?? parts.timeout
  return runCall(act, context, { tool, timeout, clock: parts.clock ?? context.clock })
}

async function ask(tool: Tool, value: unknown, context: ToolContext): Promise<ToolOutcome> {
  const stopped = 'The run stopped in the middle of this call'
  try {
    const outcome = await tool.reconcile?.(value, context)
    return outcome ?? { type: 'unknown', reason: `${stopped}, and the tool cannot tell whether it happened.` }
  } catch (error) {
    return { type: 'unknown', reason: `${stopped}, and asking the tool failed: ${messageOf(error)}` }
  }
}

/** Asking that was stopped or took too long tells nothing of what happened. */
function told(outcome: ToolOutcome): ToolOutcome {
  const silent = outcome.type === 'timed-out' || (outcome.type === 'failed' && outcome.code === 'interrupted')
  if (!silent) return outcome
  return {
    type: 'unknown',
    reason: 'The run stopped in the middle of this call, and the tool gave no answer in time.',
  }
}
