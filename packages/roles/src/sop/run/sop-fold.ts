import { type Entry, type Fold, joinLabels, joinTable } from '@keepup/core'

import { startMachine, stepMachine } from '../machine/sop-machine.ts'
import type { SopEntry, SopEntryType } from './sop-entries.ts'
import { addSpent, type BranchTree, emptySopState, nothingSpent, type SopState } from './sop-state.ts'

type Handlers = { readonly [Type in SopEntryType]: (state: SopState, entry: SopEntry<Type>) => SopState }

/** The fold of a procedure's thread: its machine, its evidence, its open questions. */
export const sopFold: Fold<SopState> = {
  id: 'sop',
  version: 2,
  initial: emptySopState,
  apply(state, entry) {
    if (!isSopEntry(entry)) return state
    if (entry.erased === true) return entry.critical ? { ...state, erased: true } : state
    const next = handle(state, entry)
    const exposure =
      entry.labels === undefined ? next.exposure : joinLabels(next.exposure, joinTable(entry.labels))
    return { ...next, exposure, time: entry.time }
  },
  get understands() {
    return new Set(Object.keys(handlers))
  },
}

function isSopEntry(entry: Entry): entry is SopEntry {
  return Object.hasOwn(handlers, entry.type)
}

function handle<Type extends SopEntryType>(state: SopState, entry: SopEntry<Type>): SopState {
  // The map gives each type its own handler; TypeScript cannot follow the key through the union.
  const handler = handlers[entry.type] as (state: SopState, entry: SopEntry<Type>) => SopState
  return handler(state, entry)
}

const handlers: Handlers = {
  'sop-started': (_, { data, sequence, labels }) => ({
    ...emptySopState,
    status: 'running',
    run: data.run,
    sop: data.sop,
    task: data.task,
    folder: data.folder,
    askCommands: data.askCommands,
    ...(labels === undefined ? {} : { label: joinTable(labels) }),
    machine: startMachine(data.sop),
    accepted: data.tree,
    kept: data.tree,
    worked: sequence,
  }),
  'sop-resumed': (state) => ({ ...withoutHalt(state), status: 'running', open: unended(state) }),
  'phase-entered': enterPhase,
  'baseline-taken': (state, { data }) => ({
    ...state,
    baselines: { ...state.baselines, [data.gate]: data.findings },
  }),
  'gate-began': (state, { data: { key, gate, once } }) => ({
    ...state,
    open: { ...state.open, [key]: { gate, once, processes: [] } },
  }),
  'gate-process-started': (state, { data: { key, process } }) => {
    const open = state.open[key]
    if (open === undefined) return state
    return { ...state, open: { ...state.open, [key]: { ...open, processes: [...open.processes, process] } } }
  },
  'gate-finished': (state, { data: { key, evidence }, sequence }) => ({
    ...state,
    open: without(state.open, key),
    evidence: { ...state.evidence, [evidence.gate]: { ...evidence, at: sequence } },
  }),
  'approval-requested': (state, { data, sequence, until }) => {
    const { call: _, ...question } = data
    const asked = { input: null, ...question, sequence, ...(until === undefined ? {} : { until }) }
    return { ...state, asked: { ...state.asked, [data.approval]: asked } }
  },
  'approval-answered': answered,
  'approval-expired': (state, { data: { approval, escalated } }) => {
    const asked = state.asked[approval]
    if (asked === undefined) return state
    const expired = escalated ? ('escalated' as const) : ('failed' as const)
    return { ...state, asked: { ...state.asked, [approval]: { ...asked, expired } } }
  },
  'work-began': (state, { data: { branch, thread }, sequence }) => ({
    ...state,
    status: 'running',
    work: { ...state.work, [branch]: { thread, began: sequence } },
  }),
  'work-ended': endWork,
  'branch-opened': (state, { data: { branch, folder, from } }) => {
    const { visit, phase } = state.machine
    return { ...state, branchTrees: { ...state.branchTrees, [branch]: { visit, phase, folder, from } } }
  },
  'branch-merged': (state, { data: { branch, conflicts } }) => settleTree(state, branch, conflicts),
  'branch-left': (state, { data: { branch } }) => settleTree(state, branch, []),
  'edit-kept': (state, { data }) => ({ ...state, kept: data.tree }),
  'files-restored': (state, { data }) => {
    const { restore: _, ...rest } = state
    return { ...rest, kept: data.to }
  },
  'transition-taken': takeTransition,
  'sop-waiting': (state) => ({ ...state, status: 'waiting' }),
  'sop-halted': (state, { data: { reason, code } }) => ({
    ...state,
    status: 'halted',
    halted: { reason, code },
  }),
  'sop-finished': (state) => ({ ...state, status: 'finished' }),
  'signal-declined': (state) => state,
}

function settleTree(
  state: SopState,
  branch: string,
  conflicts: NonNullable<BranchTree['settled']>['conflicts'],
): SopState {
  const tree = state.branchTrees[branch]
  if (tree === undefined) return state
  return { ...state, branchTrees: { ...state.branchTrees, [branch]: { ...tree, settled: { conflicts } } } }
}

function enterPhase(state: SopState, { data }: SopEntry<'phase-entered'>): SopState {
  const { notBefore: _, ...rest } = state
  return {
    ...rest,
    status: 'running',
    entered: data.visit,
    trees: { ...state.trees, [data.phase]: data.tree },
    kept: data.tree,
    ...(data.watched === undefined ? {} : { watched: data.watched }),
    work: {},
    branchTrees: {},
    calls: {},
  }
}

function endWork(state: SopState, { data, sequence }: SopEntry<'work-ended'>): SopState {
  const { branch, outcome, text, request, calls, spent } = data
  const work = state.work[branch]
  const { phase } = state.machine
  const scopes = branch === '' ? [phase] : [phase, `${phase}.${branch}`]
  const spentBy = { ...state.spentBy }
  for (const scope of scopes) spentBy[scope] = addSpent(spentBy[scope] ?? nothingSpent, spent)
  const used = { spent: addSpent(state.spent, spent), spentBy }
  if (
    work === undefined ||
    outcome.type === 'failed' ||
    outcome.type === 'interrupted' ||
    outcome.type === 'stopped'
  )
    return { ...state, ...used }
  const ended = {
    at: sequence,
    text,
    limited: outcome.type === 'limit-reached',
    ...(request === undefined ? {} : { request }),
  }
  return {
    ...state,
    ...used,
    worked: sequence,
    feedback: '',
    work: { ...state.work, [branch]: { ...work, ended } },
    calls: { ...state.calls, [branch]: calls },
    artifacts: { ...state.artifacts, ...request?.artifacts },
  }
}

function takeTransition(state: SopState, { data, sequence }: SopEntry<'transition-taken'>): SopState {
  const { event, tree, restore, feedback = '', notBefore } = data
  if (state.sop === undefined) return state
  const machine = stepMachine(state.sop, state.machine, event)
  if (event.type === 'branch-passed') return { ...state, machine }
  if (event.type === 'branch-failed' && machine.visit === state.machine.visit) {
    return { ...state, machine, feedback, work: without(state.work, event.branch) }
  }
  const { restore: _, ...rest } = state
  const next = {
    ...rest,
    machine,
    feedback,
    worked: sequence,
    ...(restore === undefined ? {} : { restore }),
    ...(notBefore === undefined ? {} : { notBefore }),
  }
  if (event.type !== 'passed') return next
  // From here on changes count anew. A failure makes nothing right: what it left is still held against the gates.
  const { watched: __, ...accepted } = next
  return { ...accepted, accepted: tree, spentBy: without(state.spentBy, data.from) }
}

function answered(state: SopState, { data }: SopEntry<'approval-answered'>): SopState {
  const asked = state.asked[data.approval]
  if (asked === undefined || !data.valid) return state
  const answer = {
    allow: data.allow,
    by: data.by,
    ...(data.message === undefined ? {} : { message: data.message }),
  }
  const next = {
    ...state,
    status: 'running' as const,
    asked: { ...state.asked, [data.approval]: { ...asked, answer } },
  }
  if (asked.tool === 'sop-budget' && data.allow) return { ...next, extended: state.extended + 1 }
  if (asked.tool !== 'sop-input') return next
  // What a person said is told to the agent, which goes on in the same phase.
  const words = data.allow
    ? (data.message ?? '')
    : `They would not answer${data.message === undefined ? '' : `: ${data.message}`}`
  return { ...next, feedback: `You asked: ${asked.question}\nThe answer: ${words}`, work: {} }
}

/** Commands that were running when a process died begin anew, but for those that may not. */
function unended({ open }: SopState): SopState['open'] {
  return Object.fromEntries(Object.entries(open).filter(([, { once }]) => once))
}

function withoutHalt({ halted: _, ...state }: SopState): SopState {
  return state
}

function without<Value>(
  record: Readonly<Record<string, Value>>,
  key: string,
): Readonly<Record<string, Value>> {
  const { [key]: _, ...rest } = record
  return rest
}
