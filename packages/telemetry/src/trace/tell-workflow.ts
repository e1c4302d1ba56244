import type { Entry, Sequence, ThreadId, Timestamp } from '@keepup/core'
import type { Attributes } from '@opentelemetry/api'

import { mostMoments } from './moments.ts'
import { spanIdOf, traceIdOf } from './span-identity.ts'
import type { TraceMoment, TracePlace, TraceSpan } from './trace-span.ts'

/** A graph or a procedure that runs: its agents work in threads whose names begin with its own. */
export interface OpenWorkflow extends TracePlace {
  readonly parent?: TracePlace
  readonly run: string
  readonly name: string
  readonly start: Timestamp
  readonly moments: TraceMoment[]
  /** When the present step of each graph within began, by its name and a slash. */
  readonly steps: Map<string, Timestamp>
  /** The phase that a procedure is in, and since when. */
  phase?: { readonly name: string; readonly start: Timestamp; readonly sequence: Sequence }
}

/** Graphs and procedures that run, by their threads. */
export type OpenWorkflows = Map<ThreadId, OpenWorkflow>

type Told = Readonly<Record<string, unknown>>

/** The spans that an entry of a graph's or a procedure's thread ends: its nodes, its phases, itself. Changes what is open. Entries of other threads end none. */
export function tellWorkflow(
  open: OpenWorkflows,
  entry: Entry,
  parent: TracePlace | undefined,
): readonly TraceSpan[] {
  const told = fields(entry.data)
  const workflow = open.get(entry.thread)
  if (begins.has(entry.type)) {
    const run = text(told['run'])
    // One that is gone on with by the process that began it is the same span.
    if (workflow?.run !== run) open.set(entry.thread, begun(entry, told, parent))
    return []
  }
  if (workflow === undefined) return []
  if (entry.type === 'graph-finished' || entry.type === 'sop-finished' || entry.type === 'sop-halted') {
    open.delete(entry.thread)
    return [...phaseEnded(workflow, entry), ended(workflow, entry, told)]
  }
  return within(workflow, entry, told)
}

const begins = new Set(['graph-started', 'graph-resumed', 'sop-started', 'sop-resumed'])

function begun({ thread, sequence, time }: Entry, told: Told, parent: TracePlace | undefined): OpenWorkflow {
  const run = text(told['run'])
  return {
    traceId: parent?.traceId ?? traceIdOf(thread, run),
    spanId: spanIdOf(thread, sequence),
    ...(parent === undefined ? {} : { parent }),
    run,
    // One that is gone on with elsewhere does not say its name again.
    name: text(told['graph']) || text(fields(told['sop'])['id']) || 'workflow',
    start: time,
    moments: [],
    steps: new Map([['', time]]),
  }
}

/** What happens while it runs. */
function within(workflow: OpenWorkflow, entry: Entry, told: Told): readonly TraceSpan[] {
  const { type, time, sequence, scope = '' } = entry
  switch (type) {
    case 'graph-entered':
      workflow.steps.set(`${scope}/`, time)
      return []
    case 'node-finished':
    case 'node-failed': {
      const span = nodeSpan(workflow, entry, told)
      if (Array.isArray(told['next'])) workflow.steps.set(prefixOf(scope), time)
      return [span]
    }
    case 'transition-taken':
      return phaseEnded(workflow, entry)
    case 'phase-entered':
      workflow.phase = { name: text(told['phase']), start: time, sequence }
      return []
    case 'gate-finished':
      return moment(workflow, entry, 'keepup.gate', gateAttributes(fields(told['evidence'])))
    case 'graph-waiting':
    case 'sop-waiting':
      return moment(workflow, entry, 'keepup.waiting', {})
    default:
      return []
  }
}

/** From the beginning of its step, for nobody records when a node that may be repeated begins. */
function nodeSpan(
  workflow: OpenWorkflow,
  { thread, sequence, time, scope = '', type }: Entry,
  told: Told,
): TraceSpan {
  const { traceId, spanId } = workflow
  const failure = type === 'node-failed' ? text(fields(told['failure'])['kind']) || 'failed' : undefined
  return {
    traceId,
    spanId: spanIdOf(thread, sequence),
    parent: { traceId, spanId },
    name: `node ${scope}`,
    kind: 'internal',
    start: workflow.steps.get(prefixOf(scope)) ?? workflow.start,
    end: time,
    attributes: { 'keepup.node': scope },
    ...(failure === undefined ? {} : { error: failure }),
    moments: [],
  }
}

function phaseEnded(workflow: OpenWorkflow, { thread, time }: Entry): readonly TraceSpan[] {
  const { phase, traceId, spanId } = workflow
  if (phase === undefined) return []
  delete workflow.phase
  return [
    {
      traceId,
      spanId: spanIdOf(thread, phase.sequence),
      parent: { traceId, spanId },
      name: `phase ${phase.name}`,
      kind: 'internal',
      start: phase.start,
      end: time,
      attributes: { 'keepup.phase': phase.name },
      moments: [],
    },
  ]
}

function ended(workflow: OpenWorkflow, { thread, sequence, time, type }: Entry, told: Told): TraceSpan {
  const { traceId, spanId, parent, name, run, start, moments } = workflow
  const outcome = type === 'sop-halted' ? 'halted' : text(fields(told['outcome'] ?? told['end'])['type'])
  return {
    traceId,
    spanId,
    ...(parent === undefined ? {} : { parent }),
    name: `invoke_workflow ${name}`,
    kind: 'internal',
    start,
    end: time,
    attributes: {
      'gen_ai.operation.name': 'invoke_workflow',
      'gen_ai.workflow.name': name,
      'keepup.thread.id': thread,
      'keepup.run.id': run,
      'keepup.checkpoint.id': `${thread}@${sequence}`,
      'keepup.outcome': outcome,
    },
    ...(['failed', 'interrupted', 'halted'].includes(outcome) ? { error: outcome } : {}),
    moments,
  }
}

function moment(
  { moments }: OpenWorkflow,
  { thread, sequence, time }: Entry,
  name: string,
  attributes: Attributes,
): readonly TraceSpan[] {
  const at = { 'keepup.checkpoint.id': `${thread}@${sequence}`, 'keepup.sequence': sequence }
  if (moments.length < mostMoments) moments.push({ name, time, attributes: { ...at, ...attributes } })
  return []
}

/** Without its reason, which may hold what a command wrote. */
function gateAttributes({ gate, outcome }: Told): Attributes {
  return { 'keepup.gate': text(gate), 'keepup.outcome': text(outcome) }
}

function prefixOf(scope: string): string {
  return scope.slice(0, scope.lastIndexOf('/') + 1)
}

function fields(value: unknown): Told {
  return Object(value) as Told // the fields of whatever it is
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
