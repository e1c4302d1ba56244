import type { Effect, HookEvent, HookVerdict } from '@keepup/core'

const anything: readonly Effect[] = (['exec', 'read', 'write', 'delete', 'net', 'input'] as const).map(
  (kind) => ({ kind, target: '*' }),
)

/** An event as the next hook sees it, after what the ones before made of it. What a rewritten call would touch is not known yet. */
export function rewriteEvent(event: HookEvent, { input, output }: HookVerdict): HookEvent {
  if (event.type === 'tool-requested' && input !== undefined) return { ...event, input, effects: anything }
  if (event.type === 'permission-requested' && input !== undefined) return { ...event, input }
  if (event.type !== 'tool-ended' || output === undefined || event.outcome.type === 'denied') return event
  return { ...event, outcome: { ...event.outcome, output } }
}
