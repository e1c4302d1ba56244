import type { ReplayCursor } from '@keepup/checkpoint'
import {
  type AgentEntry,
  type CallKey,
  type Effect,
  type Entry,
  type FinishedCall,
  lostLabel,
  type PreparedCall,
  type ReadyCall,
  type Repeat,
  type ToolCall,
  type ToolContext,
  type ToolCoordinator,
  type ToolDefinition,
} from '@keepup/core'

import { toOutputLabels } from '../output-labels.ts'
import { ahead, awaitOthers, findAhead, isOne, isUrgent } from './find-ahead.ts'
import { agentFacts, factOf, isAgentFact } from './replay-agents.ts'

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
    async prepare(call, { recorded }) {
      // The cursor stands where the decision was taken once everything before it was emitted.
      await recorded?.()
      return prepare(cursor, past, call)
    },
  }
}

async function prepare(cursor: ReplayCursor, past: ReplayedSoFar, call: ToolCall): Promise<PreparedCall> {
  const next = decisionAhead(cursor, call.key)
  if (next === undefined || isOne(next, ['tool-started'])) {
    // What others sent while it was decided came first.
    await awaitOthers(cursor)
    return next === undefined
      ? undecided(cursor, past, call)
      : { type: 'ready', ...ready(cursor, call, next.data) }
  }
  const begun = past.last('tool-started', call.key)
  // Recovery asks the tool; everything else was refused before it ran.
  if (isOne(next, ['tool-finished']) && begun?.data.repeat === 'once')
    return { type: 'ready', ...ready(cursor, call, begun.data) }
  // It was ready, and waited for other calls until the run was over.
  if (isOne(next, ['tool-finished']) && !isNextDecision(cursor, next)) return waited(cursor, call)
  await cursor.waitFor((entry) => entry === next)
  if (isOne(next, ['tool-finished'])) return { type: 'refused', ...finished(next) }
  const asked = isOne(next, ['approval-requested']) ? next : past.last('approval-requested', call.key)
  return asked === undefined ? undecided(cursor, past, call) : ask(cursor, past, call, asked)
}

/** Types that a call records while it runs. */
const duringCalls = ['process-started', 'tool-suspended', ...agentFacts] as const

/** Types of which one call's entries do not tell of another's. */
const ofCalls = [
  'tool-started',
  'tool-finished',
  ...duringCalls,
  'approval-requested',
  'approval-answered',
] as const

/**
 * What was recorded next about a call, by the same process and before anything that only comes once all calls were decided. An answer that a signal
 * brought is such a thing; one of the runtime's own is a decision.
 */
function decisionAhead(
  cursor: ReplayCursor,
  key: CallKey,
): AgentEntry<'tool-finished' | 'tool-started' | 'approval-requested' | 'approval-answered'> | undefined {
  for (const entry of ahead(cursor)) {
    if (isBetween(entry)) continue
    if (!isOne(entry, ofCalls) || typeof entry.cause === 'string') return undefined
    if (entry.data.key === key && !isOne(entry, duringCalls)) return entry
  }
  return undefined
}

/** Whether an entry may stand between the decisions of a turn without being one: an urgent signal, or the look at the files before the first call that may change any. */
function isBetween(entry: Entry): boolean {
  return isUrgent(entry) || (isOne(entry, ['workspace-snapshotted']) && entry.data.moment === 'before')
}

/** Whether only what came from beside the loop's steps precedes an entry. */
function isNextDecision(cursor: ReplayCursor, decision: Entry): boolean {
  for (const entry of ahead(cursor)) if (!isUrgent(entry)) return entry === decision
  return false
}

/** How a call that never began waited: with other safe calls where later calls were decided meanwhile, otherwise for the calls before it. */
function unrecorded(cursor: ReplayCursor): Repeat {
  for (const entry of ahead(cursor)) {
    if (isOne(entry, ['tool-finished', 'approval-requested', 'approval-answered'])) return 'safe'
    if (!isUrgent(entry)) return 'once'
  }
  return 'once'
}

/**
 * Nothing was recorded: the call waits for its answer still, or the process died before it began. It may begin then, after everything before it; that is
 * where the record ends.
 */
function undecided(cursor: ReplayCursor, past: ReplayedSoFar, call: ToolCall): PreparedCall {
  const asked = past.last('approval-requested', call.key)
  if (asked !== undefined) return ask(cursor, past, call, asked)
  return waited(cursor, call)
}

/** A call that never began: it died before, or waited until the run was over. Where the files were kept for it, it is one that may change them. */
function waited(cursor: ReplayCursor, call: ToolCall): PreparedCall {
  const effects = unrecordedEffects(cursor)
  return { type: 'ready', ...ready(cursor, call, { repeat: unrecorded(cursor), effects }) }
}

function unrecordedEffects(cursor: ReplayCursor): readonly Effect[] {
  for (const entry of ahead(cursor)) {
    if (!isUrgent(entry)) return isBetween(entry) ? [{ kind: 'exec', target: '*' }] : []
  }
  return []
}

function ask(
  cursor: ReplayCursor,
  past: ReplayedSoFar,
  call: ToolCall,
  { data }: AgentEntry<'approval-requested'>,
): PreparedCall {
  const repeat = past.last('tool-started', call.key)?.data.repeat ?? 'once'
  const { question, reasons, effects, digest, wants, input } = data
  return {
    type: 'ask',
    question,
    reasons,
    ...(wants === undefined ? {} : { wants }),
    ready: { ...ready(cursor, call, { repeat, effects, input }), digest },
  }
}

function ready(
  cursor: ReplayCursor,
  call: ToolCall,
  {
    repeat,
    effects,
    input,
    shared,
    reasons,
  }: Pick<AgentEntry<'tool-started'>['data'], 'repeat' | 'effects' | 'input' | 'shared' | 'reasons'>,
): ReadyCall {
  return {
    repeat,
    concurrency: shared === true || repeat === 'safe' ? 'shared' : 'exclusive',
    effects,
    // It was JSON when it was recorded.
    input: input === undefined ? call.input : (input as ToolCall['input']),
    ...(reasons === undefined ? {} : { reasons }),
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
      (next) => isOne(next, ['tool-finished', ...duringCalls]) && next.data.key === key,
    )
    if (isOne(entry, ['tool-finished'])) return finished(entry)
    if (isOne(entry, ['process-started'])) await context.processStarted(entry.data.process)
    if (isAgentFact(entry)) await context.thread?.record([factOf(entry)])
    if (isOne(entry, ['tool-suspended'])) return suspended(entry, context)
  }
}

/** What a call that waits gives back counts for nothing. */
function suspended({ data }: AgentEntry<'tool-suspended'>, { thread }: ToolContext): FinishedCall {
  thread?.suspend(data.key, data.approvals)
  return { outcome: { type: 'denied', reason: '' }, labels: { default: lostLabel } }
}

function finished({ data, labels, artifacts }: AgentEntry<'tool-finished'>): FinishedCall {
  return {
    outcome: data.outcome,
    labels: labels === undefined ? { default: lostLabel } : toOutputLabels(labels),
    ...(artifacts === undefined ? {} : { artifacts }),
    ...(data.stop === undefined ? {} : { stop: data.stop }),
  }
}
