import type {
  AgentEntry,
  AgentEntryData,
  AgentEntryType,
  AgentEvent,
  AssistantMessage,
  FileChange,
} from '@keepup/core'
import { addUsage, isLive, type Money, noUsage, type Timestamp, type Usage } from '@keepup/core'

import { callSummary, type LineChange, lineChange } from './call-summary.ts'
import { growInput, type StreamedInput } from './streamed-input.ts'
import { type ListedItem, readList } from './todo-lines.ts'

/** What a run has done so far in this process, for the status line and the summary. */
export interface Progress {
  readonly startedAt?: Timestamp
  readonly model?: string
  readonly turn: number
  readonly usage: Usage
  readonly cost: Money
  /** Some of the cost is not known. */
  readonly unpriced: boolean
  /** What is under way. */
  readonly activity: string
  /** The call that the model is writing. */
  readonly writing?: StreamedInput
  /** Inputs of the calls of the latest answer, by the model's name of the call. */
  readonly inputs: ReadonlyMap<string, unknown>
  /** When each running call began, by the model's name of the call. */
  readonly started: ReadonlyMap<string, Timestamp>
  readonly changes: readonly LineChange[]
  /** What the project's snapshots say has become of files, by path; also of those that commands changed. */
  readonly files: ReadonlyMap<string, FileChange['change']>
  /** The agent's own list. */
  readonly list: readonly ListedItem[]
  /** Calls that a policy or a missing person denied. */
  readonly denied: number
  /** The reserved last turn is on: what it denies, no mode allows. */
  readonly closing: boolean
  /** What went wrong with the latest model call, where it was shown. */
  readonly told?: string
}

/** Before anything happened. */
export const noProgress: Progress = {
  turn: 0,
  usage: noUsage,
  cost: 0,
  unpriced: false,
  activity: 'starting',
  inputs: new Map(),
  started: new Map(),
  changes: [],
  files: new Map(),
  list: [],
  denied: 0,
  closing: false,
}

/** What an event adds. Pure. */
export function advance(progress: Progress, event: AgentEvent): Progress {
  if (event.type === 'tool-input-streamed')
    return { ...progress, writing: growInput(progress.writing, event) }
  if (isLive(event)) return progress
  const step = (steps as Partial<Record<string, (progress: Progress, entry: never) => Progress>>)[event.type]
  // The type of an entry decides which step takes it.
  return step === undefined ? progress : step(progress, event as never)
}

type Steps = {
  readonly [Type in AgentEntryType]?: (progress: Progress, entry: AgentEntry<Type>) => Progress
}

const steps: Steps = {
  'run-started': (progress, { time, data }) => ({
    ...progress,
    startedAt: time,
    model: data.settings.models[0].id,
  }),
  'system-warning': (progress, { data }) => (data.final === true ? { ...progress, closing: true } : progress),
  'run-resumed': (progress, { time }) => ({ ...progress, startedAt: progress.startedAt ?? time }),
  'model-called': (progress, { data }) => ({ ...progress, turn: data.turn, activity: 'thinking' }),
  'model-failed': (progress, { data }) => ({
    ...spend(written(progress), data),
    ...(data.failure.kind === 'interrupted' ? {} : { told: data.failure.message }),
    activity: data.next === 'retry' ? 'waiting to try again' : 'thinking',
  }),
  'assistant-message': (progress, { data }) => ({
    ...spend(written(progress), data),
    activity: 'working',
    inputs: inputsOf(data.message),
  }),
  'tool-started': (progress, { data, time }) => begin(progress, data, time),
  'tool-finished': (progress, { data }) => finish(progress, data),
  'workspace-snapshotted': (progress, { data: { moment, changes = [] } }) =>
    moment === 'before'
      ? progress
      : { ...progress, files: changes.reduce(noteChange, new Map(progress.files)) },
}

/** What a file has come to over several changes: one that was added and is gone again is none. */
function noteChange(
  files: Map<string, FileChange['change']>,
  { path, change }: FileChange,
): Map<string, FileChange['change']> {
  const before = files.get(path)
  if (before === 'added' && change === 'deleted') files.delete(path)
  else if (before === 'added') files.set(path, 'added')
  else files.set(path, before === 'deleted' && change === 'added' ? 'modified' : change)
  return files
}

/** The call is whole, or will never be. */
function written({ writing: _, ...progress }: Progress): Progress {
  return progress
}

type Cost = { readonly usage?: Usage; readonly cost?: Money; readonly unpriced?: true }

function spend(progress: Progress, { usage = noUsage, cost = 0, unpriced }: Cost): Progress {
  return {
    ...progress,
    usage: addUsage(progress.usage, usage),
    cost: progress.cost + cost,
    unpriced: progress.unpriced || unpriced === true,
  }
}

function inputsOf(message: AssistantMessage): ReadonlyMap<string, unknown> {
  return new Map(
    message.content.flatMap((part) => (part.type === 'tool-call' ? [[part.id, part.input] as const] : [])),
  )
}

function begin(
  progress: Progress,
  { call, tool, input }: AgentEntryData['tool-started'],
  time: Timestamp,
): Progress {
  const inputs = input === undefined ? progress.inputs : new Map([...progress.inputs, [call, input]])
  return {
    ...progress,
    inputs,
    activity: `${tool} ${callSummary(tool, inputs.get(call))}`.trim(),
    started: new Map([...progress.started, [call, time]]),
  }
}

function finish(progress: Progress, { call, tool, outcome }: AgentEntryData['tool-finished']): Progress {
  const change = outcome.type === 'completed' ? lineChange(tool, progress.inputs.get(call)) : undefined
  return {
    ...progress,
    activity: 'working',
    changes: change === undefined ? progress.changes : [...progress.changes, change],
    list:
      (outcome.type === 'completed' && tool === 'todo' ? readList(progress.inputs.get(call)) : undefined) ??
      progress.list,
    denied: progress.denied + (outcome.type === 'denied' && !progress.closing ? 1 : 0),
  }
}
