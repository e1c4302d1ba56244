import {
  type Actor,
  addUsage,
  type AgentEntry,
  type AgentEntryType,
  type Entry,
  type Fold,
  joinLabels,
  joinTable,
  type Label,
  lostLabel,
  type Message,
  noUsage,
  trustedLabel,
} from '@keepup/core'

import { type AgentState, initialAgentState, type OpenCall, type RunState } from './agent-state.ts'
import { callKey } from './call-key.ts'
import { moved } from './command-folder.ts'
import { keeping, keptMessages } from './kept-texts.ts'
import { noRepetition, noteTurn } from './loop-detection.ts'
import { MessageChain } from './message-chain.ts'
import { describeOutcome, estimateTokens, textOf, userText } from './message-text.ts'

type Handlers = {
  readonly [Type in AgentEntryType]: (state: AgentState, entry: AgentEntry<Type>) => AgentState
}

const handlers: Handlers = {
  'run-started': (state, { data, time, thread }) => ({
    ...state,
    status: 'running',
    run: {
      id: data.run,
      startedAt: time,
      lease: { thread, token: data.token },
      settings: data.settings,
      turns: 0,
      usage: noUsage,
      cost: 0,
      modelIndex: 0,
      attempts: 0,
      failures: 0,
      warned: [],
      repetition: noRepetition,
      unattendedDenials: 0,
    },
  }),

  'run-resumed': (state, entry) =>
    inRun({ ...resumeTurn(state, entry), status: 'running' }, (run) => ({
      ...run,
      lease: { thread: entry.thread, token: entry.data.token },
      settings: entry.data.settings,
    })),

  'instructions-changed': (state, { data }) => ({ ...state, instructions: data }),

  'run-interrupted': (state, { data }) => inRun(state, (run) => ({ ...run, interrupted: data.reason })),

  'run-stopping': (state, { data }) => inRun(state, (run) => ({ ...run, stopping: data.reason })),

  // Asked again, the agent may well do again what it did before.
  'user-message': (state, { data }) =>
    inRun(prompted(show(titled(state, data.message), data.message), data.message), (run) => ({
      ...run,
      repetition: noRepetition,
      warned: run.warned.filter((about) => about !== 'loop'),
    })),

  'signal-declined': (state) => state,

  'system-warning': (state, { data, time }) =>
    inRun(show(state, userText(data.text)), ({ gaveUp, ...run }) => {
      const warned = [...run.warned, data.about]
      const opens = data.final === true && data.about !== 'answer'
      return opens
        ? { ...run, warned, closing: data.about, closingAt: time, attempts: 0, failures: 0 }
        : { ...run, warned, ...(gaveUp === undefined ? {} : { gaveUp }) }
    }),

  'model-called': (state, { data }) =>
    inRun(seen(state), (run) => ({ ...run, calling: data, attempts: run.attempts + 1 })),

  'model-failed': (state, { data }) => {
    const usage = data.usage ?? noUsage
    const spent = { usage: addUsage(state.usage, usage), cost: state.cost + (data.cost ?? 0) }
    return inRun({ ...state, ...spent }, ({ calling: _, ...run }) => ({
      ...run,
      usage: addUsage(run.usage, usage),
      cost: run.cost + (data.cost ?? 0),
      failures: data.next === 'fallback' ? 0 : run.failures + 1,
      modelIndex: data.next === 'fallback' ? run.modelIndex + 1 : run.modelIndex,
      ...(data.next === 'give-up' ? { gaveUp: data.failure } : {}),
    }))
  },

  'assistant-message': (state, entry) => {
    const { data } = entry
    const calls = data.message.content.filter((part) => part.type === 'tool-call')
    const shown = show(state, data.message)
    const counted = state.run?.closing === undefined ? 1 : 0
    const next: AgentState = {
      ...shown,
      promptTokens: data.usage.input + data.usage.output,
      turns: state.turns + counted,
      usage: addUsage(state.usage, data.usage),
      cost: state.cost + data.cost,
      unpriced: state.unpriced || data.unpriced === true,
      lastText: textOf(data.message),
      ...(calls.length === 0
        ? {}
        : {
            turn: {
              assistant: entry.sequence,
              thread: entry.thread,
              exposure: state.exposure,
              calls: calls.map((part, index): OpenCall => ({
                key: callKey(entry, state.run?.id ?? '', index),
                part,
                processes: [],
              })),
            },
          }),
    }
    return inRun(next, ({ calling: _, ...run }) => ({
      ...run,
      turns: run.turns + counted,
      ...(run.closing === undefined ? {} : { closed: true }),
      attempts: 0,
      failures: 0,
      usage: addUsage(run.usage, data.usage),
      cost: run.cost + data.cost,
    }))
  },

  'approval-requested': (state, { data, sequence }) => {
    const { approval: id, digest, question } = data
    return inCall(state, data.key, (call) => ({ ...call, approval: { id, digest, question, sequence } }))
  },

  'approval-answered': (state, { data, labels }) => {
    const answer = {
      allow: data.allow,
      ...(data.message === undefined ? {} : { message: data.message }),
      label: labels === undefined ? spokenBy(data.by) : joinTable(labels),
    }
    const next = inCall(state, data.key, ({ approval, ...call }) =>
      data.valid && approval !== undefined ? { ...call, approval: { ...approval, answer } } : call,
    )
    return data.allow || data.by !== 'runtime'
      ? next
      : inRun(next, (run) => ({ ...run, unattendedDenials: run.unattendedDenials + 1 }))
  },

  'tool-started': (state, { data, sequence }) =>
    inCall(state, data.key, (call) => ({
      ...call,
      started: { sequence, repeat: data.repeat, attempt: data.attempt, resumed: call.started?.resumed ?? 0 },
    })),

  'process-started': (state, { data }) =>
    inCall(state, data.key, (call) => ({ ...call, processes: [...call.processes, data.process] })),

  'tool-finished': (state, { data }) =>
    closeTurn(
      halt(
        inCall(keeping(moved(state, data.outcome), data), data.key, (call) => ({
          ...call,
          outcome: data.outcome,
        })),
        data.stop,
      ),
    ),

  'hook-reported': (state, { data }) => {
    const { moment, context, denied, stop } = data
    const heard = context === undefined ? state : note(state, context.join('\n'))
    if (denied === undefined) return halt(vetted(heard, moment), stop)
    // The agent is not let go: it goes on with what the hook told it.
    if (moment === 'stop-requested') return halt(inRun(show(heard, userText(denied)), goOn), stop)
    return halt(moment === 'prompt-submitted' ? withoutPrompts(heard) : heard, stop ?? denied)
  },

  'run-waiting': (state) => ({ ...state, status: 'waiting' }),

  'run-finished': (state, { data }) =>
    inRun({ ...state, status: 'finished' }, (run) => ({ ...run, outcome: data.outcome })),

  // The run is the past's until it is resumed from there.
  'thread-rewound': (state, { thread }) => inRun(state, (run) => ({ ...run, lease: { thread, token: 0 } })),

  'context-compacted': (state, { data }) => {
    const left = [...state.messages].slice(data.replaced)
    const messages = MessageChain.from([...data.by, ...keptMessages(state, left), ...left])
    return {
      ...state,
      messages,
      promptTokens: [...messages].reduce((sum, message) => sum + estimateTokens(message), 0),
    }
  },

  'thread-tagged': (state) => state,
}

/** Folds an agent's thread into its {@link AgentState}. */
export const agentFold: Fold<AgentState> = {
  id: 'agent',
  version: 3,
  initial: initialAgentState,
  understands: new Set(Object.keys(handlers)),
  apply(state, entry) {
    if (!isAgentEntry(entry) || entry.erased === true) return state
    const next = handle(state, entry)
    const exposure =
      entry.labels === undefined || entry.type === 'signal-declined'
        ? next.exposure
        : joinLabels(next.exposure, joinTable(entry.labels))
    return { ...next, exposure, time: entry.time }
  },
  save: (state) => ({ ...state, messages: [...state.messages] }),
  load(stored) {
    // Stored by `save` under this fold's id and version: the same shape with the messages as an array.
    const state = stored as Omit<AgentState, 'messages'> & { readonly messages: readonly Message[] }
    return { ...state, messages: MessageChain.from(state.messages) }
  },
}

/** Whose words have no label is believed where it is the user. */
function spokenBy(by: Actor): Label {
  return by === 'user' ? { ...trustedLabel, sources: ['user'] } : lostLabel
}

function isAgentEntry(entry: Entry): entry is AgentEntry {
  return Object.hasOwn(handlers, entry.type)
}

function handle<Type extends AgentEntryType>(state: AgentState, entry: AgentEntry<Type>): AgentState {
  // The map gives each type its own handler; TypeScript cannot follow the key through the union.
  const handler = handlers[entry.type] as (state: AgentState, entry: AgentEntry<Type>) => AgentState
  return handler(state, entry)
}

function show(state: AgentState, message: Message): AgentState {
  return {
    ...state,
    messages: state.messages.append(message),
    promptTokens: state.promptTokens + estimateTokens(message),
  }
}

/** Tells the model something: at once, or after the results of the calls that are open. */
function note(state: AgentState, text: string): AgentState {
  const { turn } = state
  if (turn === undefined) return show(state, userText(text))
  return { ...state, turn: { ...turn, notes: [...(turn.notes ?? []), text] } }
}

function prompted(state: AgentState, message: Message): AgentState {
  return { ...state, prompts: [...state.prompts, textOf(message)] }
}

/** The model is shown everything that was said: hooks have had their say. */
function seen(state: AgentState): AgentState {
  return state.prompts.length === 0 ? state : { ...state, prompts: [] }
}

function vetted(state: AgentState, moment: string): AgentState {
  return moment === 'prompt-submitted' ? seen(state) : state
}

/** What people said since the model last spoke is kept from it for good. */
function withoutPrompts(state: AgentState): AgentState {
  let { length } = state.messages
  while (length > 0 && state.messages.at(length - 1)?.role === 'user') length -= 1
  return { ...state, prompts: [], messages: state.messages.first(length) }
}

function halt(state: AgentState, reason: string | undefined): AgentState {
  return reason === undefined ? state : inRun(state, (run) => ({ ...run, halted: reason }))
}

function goOn(run: RunState): RunState {
  return { ...run, continued: true }
}

function titled(state: AgentState, message: Message): AgentState {
  if (state.title !== undefined) return state
  return { ...state, title: textOf(message).split('\n', 1).join('').slice(0, 80) }
}

function inRun(state: AgentState, change: (run: RunState) => RunState): AgentState {
  return state.run === undefined ? state : { ...state, run: change(state.run) }
}

function inCall(state: AgentState, key: string, change: (call: OpenCall) => OpenCall): AgentState {
  if (state.turn === undefined) return state
  const calls = state.turn.calls.map((call) => (call.key === key ? change(call) : call))
  return { ...state, turn: { ...state.turn, calls } }
}

/**
 * What a crash left open. In a fork the calls are calls of its own, with keys of their own: the processes and the effects behind the old ones belong to
 * the thread that was forked.
 */
function resumeTurn(state: AgentState, { thread }: Pick<Entry, 'thread'>): AgentState {
  const { turn, run } = state
  if (turn === undefined) return state
  const isFork = turn.thread !== thread
  const calls = turn.calls.map((call, index): OpenCall => {
    const own = isFork
      ? { ...call, key: callKey({ thread, sequence: turn.assistant }, run?.id ?? '', index), processes: [] }
      : call
    const { started, outcome } = own
    if (started === undefined || outcome !== undefined) return own
    return { ...own, started: { ...started, resumed: started.resumed + 1 } }
  })
  return { ...state, turn: { ...turn, thread, calls } }
}

/** Once every call has its outcome, the results join the conversation in the order of the calls. */
function closeTurn(state: AgentState): AgentState {
  if (state.turn?.calls.every(({ outcome }) => outcome !== undefined) !== true) return state
  const { turn, ...rest } = state
  const results = turn.calls.flatMap(({ part, outcome }) =>
    outcome === undefined ? [] : [describeOutcome(part.id, part.name, outcome)],
  )
  const shown = show(rest, { role: 'tool', content: results })
  return inRun((turn.notes ?? []).reduce(note, shown), (run) => ({
    ...run,
    repetition: noteTurn(run.repetition, turn),
  }))
}
