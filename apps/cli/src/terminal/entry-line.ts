import type { AgentEntry, AgentEntryType, Entry, Message, RunOutcome } from '@keepup/core'

import { graphLine } from '../graph/graph-line.ts'
import { showDuration } from '../settings/duration.ts'
import { callSummary } from './call-summary.ts'

type Inputs = ReadonlyMap<string, unknown>

type Describe = {
  readonly [Type in AgentEntryType]?: (data: AgentEntry<Type>['data'], inputs: Inputs) => string
}

/** An entry as one line for a timeline, without its place and time. `inputs`: what calls were asked for, by the model's name of the call. Types it does not know show as themselves. Never fails. */
export function entryLine(entry: Entry, inputs: Inputs = new Map()): string {
  if (entry.erased) return `${entry.type} (erased)`
  const describe = (descriptions as Partial<Record<string, (data: never, inputs: Inputs) => string>>)[
    entry.type
  ]
  if (describe === undefined) return graphLine(entry) ?? entry.type
  // The type of an entry decides the shape of its data.
  return describe(entry.data as never, inputs)
}

const descriptions: Describe = {
  'run-started': ({ settings }) => `run started with ${settings.models[0].id} in mode ${settings.mode}`,
  'instructions-changed': ({ system, tools }) =>
    `instructions: ${system.length} characters, ${tools.length} tools`,
  'run-resumed': ({ open, processes }) =>
    `run resumed${several(open.length, 'open call')}${several(processes.filter(({ end }) => end === 'ended').length, 'process', 'es')}`,
  'run-interrupted': ({ reason }) => `interrupted: ${reason}`,
  'run-stopping': ({ reason }) => `asked to stop: ${reason}`,
  'guidance-read': ({ texts }) =>
    `told of the place: ${texts.map(({ path, text }) => `${path}${text === '' ? ' (gone)' : ''}`).join(', ')}`,
  'user-message': ({ message, delivery }) =>
    `${delivery === 'steer' ? 'steer' : 'user'}: ${messageText(message)}`,
  'signal-declined': ({ kind, reason }) => `${kind} declined: ${reason}`,
  'system-warning': ({ text }) => `warning: ${text}`,
  'context-compacted': ({ replaced }) => `context compacted: ${replaced} messages`,
  'model-called': ({ turn, attempt, model }) =>
    `turn ${turn}: asked ${model}${attempt > 1 ? `, attempt ${attempt}` : ''}`,
  'model-failed': ({ failure, next, delay }) =>
    `model failed: ${failure.message} (${next}${delay === undefined ? '' : ` in ${showDuration(delay)}`})`,
  'assistant-message': ({ message }) => answerLine(message),
  'approval-requested': ({ question }) => `approval requested: ${question}`,
  'approval-answered': ({ allow, by, valid, message }) =>
    `approval ${allow ? 'given' : 'refused'} by ${by}${valid ? '' : ' (void: the call changed)'}${message === undefined ? '' : `: ${message}`}`,
  'tool-started': ({ tool, call, input, attempt }, inputs) =>
    `${tool} started${about(tool, input ?? inputs.get(call))}${attempt > 1 ? `, attempt ${attempt}` : ''}`,
  'process-started': ({ process }) => `process ${process.pid} started`,
  'tool-finished': ({ tool, call, outcome }, inputs) =>
    `${tool} ${outcome.type}${outcome.type === 'completed' ? about(tool, inputs.get(call)) : why(outcome)}`,
  'workspace-snapshotted': ({ failed, moment, changes = [], more = 0 }) =>
    failed === undefined
      ? `files kept ${moment === 'before' ? 'before anything changes them' : 'after a change'}${several(changes.length + more, 'change')}`
      : `files could not be kept: ${failed}`,
  'run-waiting': ({ approvals }) => `waiting for ${approvals.length} approval(s)`,
  'run-finished': ({ outcome, turns }) => `run ${outcomeText(outcome)} after ${turns} turns`,
  'thread-rewound': ({ to }) => `rewound to ${to}`,
  'thread-tagged': ({ tag, at }) => `tagged ${at} as ${tag}`,
  'tool-suspended': ({ approvals }) => `a call waits for ${approvals.length} approval(s) of other threads`,
  'agent-delegated': ({ role, parent, attempt }) =>
    `started as ${role} by ${parent}${attempt > 1 ? `, attempt ${attempt}` : ''}`,
  'agent-released': () => 'let go by the one that started it',
  'agent-spawned': ({ role, agent, attempt, background }) =>
    `${role} ${agent} started${background === true ? ' in the background' : ''}${attempt > 1 ? `, attempt ${attempt}` : ''}`,
  'agent-settled': ({ agent, end, spent }) => `${agent} ${end} after ${spent.turns} turns`,
  'agents-awaited': ({ agents }) => `waiting for ${agents.join(', ')}`,
  'workspace-bound': ({ folder }) => `bound to the folder ${folder}`,
}

/** An outcome in words. */
export function outcomeText(outcome: RunOutcome): string {
  switch (outcome.type) {
    case 'completed':
      return 'completed'
    case 'limit-reached':
      return `reached its limit (${outcome.limit})`
    case 'interrupted':
    case 'stopped':
      return outcome.type
    case 'failed':
      return `failed: ${outcome.message}`
  }
}

/** The text of a message, without reasoning, calls and files. */
export function messageText(message: Message): string {
  return message.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
}

/** What a model said and called, on one line. */
export function answerLine(message: Message): string {
  const calls = message.content.flatMap((part) =>
    part.type === 'tool-call' ? [`${part.name}(${callSummary(part.name, part.input)})`] : [],
  )
  return `model: ${[messageText(message), calls.join(', ')].filter((text) => text !== '').join(' -> ')}`
}

function about(tool: string, input: unknown): string {
  const summary = input === undefined ? '' : callSummary(tool, input)
  return summary === '' ? '' : `: ${summary}`
}

function why(outcome: {
  readonly type: string
  readonly message?: string
  readonly reason?: string
}): string {
  const reason = outcome.message ?? outcome.reason
  return reason === undefined ? '' : `: ${reason}`
}

function several(count: number, noun: string, plural = 's'): string {
  return count === 0 ? '' : `, ${count} ${noun}${count === 1 ? '' : plural}`
}
