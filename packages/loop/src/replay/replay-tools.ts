import type { ReplayCursor } from '@keepup/checkpoint'
import {
  type AgentEntry,
  type CallKey,
  type FinishedCall,
  lostLabel,
  type PreparedCall,
  type ReadyCall,
  type ToolCall,
  type ToolContext,
  type ToolCoordinator,
  type ToolDefinition,
} from '@keepup/core'

import { toOutputLabels } from '../output-labels.ts'
import { ahead, findAhead, isOne } from './find-ahead.ts'

/** What the coordinator must know of what was emitted again already. */
export interface ReplayedSoFar {
  /** The definitions in force. */
  readonly definitions: () => readonly ToolDefinition[]
  /** The newest entry of a call, of these types. */
  last<Type extends 'tool-started' | 'approval-requested'>(
    type: Type,
    key: CallKey,
  ): AgentEntry<Type> | undefined
}

/** A coordinator that decides and ends every call as it was recorded, and runs nothing. */
export function replayTools(cursor: ReplayCursor, past: ReplayedSoFar): ToolCoordinator {
  return {
    definitions() {
      const next = findAhead(cursor, 'instructions-changed', 'model-called')
      return next?.type === 'instructions-changed' ? next.data.tools : past.definitions()
    },
    prepare: (call) => prepare(cursor, past, call),
  }
}

async function prepare(cursor: ReplayCursor, past: ReplayedSoFar, call: ToolCall): Promise<PreparedCall> {
  const next = decisionAhead(cursor, call.key)
  if (next === undefined) return undecided(cursor, past, call)
  if (isOne(next, ['tool-finished'])) {
    const begun = past.last('tool-started', call.key)
    // Recovery asks the tool; everything else was refused before it ran.
    if (begun?.data.repeat === 'once') return { type: 'ready', ...ready(cursor, call, begun.data) }
    return { type: 'refused', ...finished(next) }
  }
  if (isOne(next, ['tool-started'])) return { type: 'ready', ...ready(cursor, call, next.data) }
  return ask(cursor, past, call, next)
}

/** What was recorded next about a call by the same process. */
function decisionAhead(
  cursor: ReplayCursor,
  key: CallKey,
): AgentEntry<'tool-finished' | 'tool-started' | 'approval-requested'> | undefined {
  for (const entry of ahead(cursor)) {
    if (isOne(entry, ['tool-finished', 'tool-started', 'approval-requested']) && entry.data.key === key)
      return entry
  }
  return undefined
}

/**
 * Nothing was recorded: the call waits for its answer still, or the process died before it began. It may begin then, after everything before it; that is
 * where the record ends.
 */
function undecided(cursor: ReplayCursor, past: ReplayedSoFar, call: ToolCall): PreparedCall {
  const asked = past.last('approval-requested', call.key)
  if (asked !== undefined) return ask(cursor, past, call, asked)
  return { type: 'ready', ...ready(cursor, call, { repeat: 'once', effects: [] }) }
}

function ask(
  cursor: ReplayCursor,
  past: ReplayedSoFar,
  call: ToolCall,
  { data }: AgentEntry<'approval-requested'>,
): PreparedCall {
  const repeat = past.last('tool-started', call.key)?.data.repeat ?? 'once'
  const { question, reasons, effects, digest } = data
  return {
    type: 'ask',
    question,
    reasons,
    ready: { ...ready(cursor, call, { repeat, effects }), digest },
  }
}

function ready(
  cursor: ReplayCursor,
  call: ToolCall,
  { repeat, effects, input }: Pick<AgentEntry<'tool-started'>['data'], 'repeat' | 'effects' | 'input'>,
): ReadyCall {
  return {
    repeat,
    effects,
    // It was JSON when it was recorded.
    input: input === undefined ? call.input : (input as ToolCall['input']),
    digest: '',
    reconcilable: true,
    run: (context) => end(cursor, call.key, context),
    reconcile: (context) => end(cursor, call.key, context),
  }
}

/** Ends a call when its turn comes, after telling of the processes that it had started. */
async function end(cursor: ReplayCursor, key: CallKey, context: ToolContext): Promise<FinishedCall> {
  while (true) {
    const entry = await cursor.waitFor(
      (next) => isOne(next, ['tool-finished', 'process-started']) && next.data.key === key,
    )
    if (isOne(entry, ['tool-finished'])) return finished(entry)
    if (isOne(entry, ['process-started'])) await context.processStarted(entry.data.process)
  }
}

function finished({ data, labels, artifacts }: AgentEntry<'tool-finished'>): FinishedCall {
  return {
    outcome: data.outcome,
    labels: labels === undefined ? { default: lostLabel } : toOutputLabels(labels),
    ...(artifacts === undefined ? {} : { artifacts }),
  }
}
