import {
  type FinishedCall,
  type HookEvent,
  type Hooks,
  type HookVerdict,
  joinLabels,
  joinTable,
  type Label,
  type ReadyCall,
  type TextPart,
  type ToolContext,
  type ToolOutcome,
} from '@keepup/core'

import type { CandidateCall } from './candidate-call.ts'
import { messageOf } from './failure-of.ts'

/** Whatever a hook says is free text: its program may repeat anything. */
const hookLabel: Label = { integrity: 'free-text', sources: ['hook'], readers: 'anyone', confidential: false }

/** A call that tells the hooks how it ended, and adds what they said before it and after it to what the model is shown. */
export function runHooked(
  ready: ReadyCall,
  hooks: Hooks,
  candidate: CandidateCall,
  context: readonly string[],
): ReadyCall {
  if (context.length === 0 && !hooks.listens('tool-ended')) return ready
  const act = async (
    running: ToolContext,
    work: (context: ToolContext) => Promise<FinishedCall>,
  ): Promise<FinishedCall> => {
    const begun = running.clock.now()
    const finished = await work(running)
    const { call } = candidate
    const duration = Math.max(0, running.clock.now() - begun)
    const ended = {
      type: 'tool-ended',
      call,
      input: ready.input,
      outcome: finished.outcome,
      duration,
    } as const
    return addVerdict(finished, await consult(hooks, candidate, running, ended), context)
  }
  return {
    ...ready,
    run: (running) => act(running, (given) => ready.run(given)),
    reconcile: (running) => act(running, (given) => ready.reconcile(given)),
  }
}

/** The call has happened: hooks that fail now, or are cut short, change nothing of it. */
async function consult(
  hooks: Hooks,
  { call, situation }: CandidateCall,
  { signal }: ToolContext,
  event: HookEvent,
): Promise<HookVerdict> {
  try {
    if (!hooks.listens(event.type)) return {}
    return await hooks.run(event, { thread: call.thread, mode: situation.mode, signal })
  } catch (error) {
    return { context: [`A hook failed after the call: ${messageOf(error)}`] }
  }
}

function addVerdict(finished: FinishedCall, verdict: HookVerdict, before: readonly string[]): FinishedCall {
  const { decision, context = [], stop, output } = verdict
  const refusal = decision?.type === 'deny' ? [decision.reason] : []
  const words = [...before, ...context, ...refusal]
  const shown = output === undefined ? finished : replaceOutput(finished, output)
  const added = words.length === 0 ? shown : addWords(shown, words)
  return stop === undefined ? added : { ...added, stop }
}

function replaceOutput(
  { outcome, labels, ...rest }: FinishedCall,
  output: NonNullable<HookVerdict['output']>,
): FinishedCall {
  const told = output.labels === undefined ? hookLabel : joinLabels(hookLabel, joinTable(output.labels))
  const { labels: _, ...bare } = output
  const replaced = outcome.type === 'denied' ? outcome : { ...outcome, output: bare }
  return { ...rest, outcome: replaced, labels: { default: joinLabels(joinTable(labels), told) } }
}

/** A denial has no output: what is said of it follows the reason. */
function addWords(finished: FinishedCall, words: readonly string[]): FinishedCall {
  const { outcome, labels } = finished
  if (outcome.type === 'denied') {
    const reason = [outcome.reason, ...words].join('\n')
    return { ...finished, outcome: { ...outcome, reason }, labels: lowered(labels) }
  }
  const { content = [], ...output } = outcome.output ?? {}
  const parts = words.map((text): TextPart => ({ type: 'text', text }))
  const whole: ToolOutcome = { ...outcome, output: { ...output, content: [...content, ...parts] } }
  const leaves = parts.map(
    (_, index) => [`/content/${content.length + index}`, joinLabels(labels.default, hookLabel)] as const,
  )
  return {
    ...finished,
    outcome: whole,
    labels: { ...labels, leaves: [...(labels.leaves ?? []), ...leaves] },
  }
}

function lowered(labels: FinishedCall['labels']): FinishedCall['labels'] {
  return { ...labels, default: joinLabels(labels.default, hookLabel) }
}
