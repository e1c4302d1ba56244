import type { HookEvent, HookSituation, HookVerdict } from '@keepup/core'

import { guardedMoments } from './guarded-moments.ts'
import { joinDecisions, joinVerdicts, type Said } from './join-verdicts.ts'
import type { ReadyHook } from './ready-hook.ts'
import { rewriteEvent } from './rewrite-event.ts'
import { runHook, type RunParts } from './run-hook.ts'

/** Runs the hooks of one event: beside each other, those that are sequential alone and in their place. */
export async function runHooks(
  parts: RunParts,
  hooks: readonly ReadyHook[],
  first: HookEvent,
  situation: HookSituation,
): Promise<HookVerdict> {
  let event = first
  let whole: HookVerdict = {}
  for (const group of groupsOf(hooks)) {
    const said = await Promise.all(
      group.map(async (hook): Promise<Said> => ({
        name: hook.name,
        verdict: await runHook(parts, hook, event, situation),
      })),
    )
    const verdict = joinVerdicts(said)
    whole = follow(whole, verdict)
    // Whoever comes later has nothing left to decide.
    const denied = guardedMoments.has(first.type) && whole.decision?.type === 'deny'
    if (whole.stop !== undefined || denied) return whole
    event = rewriteEvent(event, verdict)
  }
  return whole
}

/** Those beside each other, as one; a sequential one is a group of its own. */
function groupsOf(hooks: readonly ReadyHook[]): readonly (readonly ReadyHook[])[] {
  const groups: ReadyHook[][] = []
  for (const hook of hooks) {
    const last = groups.at(-1)
    if (last === undefined || hook.sequential || last[0]?.sequential === true) groups.push([hook])
    else last.push(hook)
  }
  return groups
}

/** What was said after something else. An allowance of an input that was rewritten since is none. */
function follow(before: HookVerdict, after: HookVerdict): HookVerdict {
  const stands = before.decision?.type === 'allow' && after.input !== undefined ? undefined : before.decision
  const decision = joinDecisions([stands, after.decision])
  const context = [...(before.context ?? []), ...(after.context ?? [])]
  const messages = [...(before.messages ?? []), ...(after.messages ?? [])]
  const { decision: _, ...rest } = { ...before, ...after }
  return {
    ...rest,
    ...(decision === undefined ? {} : { decision }),
    ...(context.length === 0 ? {} : { context }),
    ...(messages.length === 0 ? {} : { messages }),
  }
}
