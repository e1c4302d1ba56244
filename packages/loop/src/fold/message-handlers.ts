import type { Message, UserMessage } from '@keepup/core'

import type { AgentState, RunState } from '../agent-state.ts'
import { stillTold, tellGuidance } from '../guidance-messages.ts'
import { keptMessages } from '../kept-texts.ts'
import { noRepetition } from '../loop-detection.ts'
import { MessageChain } from '../message-chain.ts'
import { estimateTokens, textOf, userText } from '../message-text.ts'
import type { Handlers } from './handler.ts'
import { halt, inRun } from './in-run.ts'
import { seen, withoutPrompts } from './prompts.ts'
import { note, show } from './show.ts'

/** What people, hooks and the runtime say, and what the model is shown of it. */
export const messageHandlers: Handlers<
  | 'user-message'
  | 'signal-declined'
  | 'system-warning'
  | 'instructions-changed'
  | 'hook-reported'
  | 'guidance-read'
  | 'context-compacted'
  | 'thread-tagged'
  | 'workspace-bound'
> = {
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
      return data.final === true && data.about !== 'answer' && data.about !== 'agents'
        ? { ...run, warned, closing: data.about, closingAt: time, attempts: 0, failures: 0 }
        : { ...run, warned, ...(gaveUp === undefined ? {} : { gaveUp }) }
    }),

  'instructions-changed': (state, { data }) => ({ ...state, instructions: data }),

  'hook-reported': (state, { data }) => {
    const { moment, context, denied, stop } = data
    const heard = context === undefined ? state : note(state, context.join('\n'))
    if (denied === undefined) return halt(vetted(heard, moment), stop)
    // The agent is not let go: it goes on with what the hook told it.
    if (moment === 'stop-requested') return halt(inRun(show(heard, userText(denied)), goOn), stop)
    return halt(moment === 'prompt-submitted' ? withoutPrompts(heard) : heard, stop ?? denied)
  },

  'guidance-read': tellGuidance,

  'context-compacted': (state, { data }) => {
    const left = [...state.messages].slice(data.replaced)
    const told = stillTold(state, [...data.by, ...keptMessages(state, left), ...left])
    const messages = MessageChain.from(told.messages)
    return {
      ...inRun(state, goOnAfterOverflow),
      ...(told.guidance === undefined ? {} : { guidance: told.guidance }),
      messages,
      promptTokens: [...messages].reduce((sum, message) => sum + estimateTokens(message), 0),
    }
  },

  'thread-tagged': (state) => state,

  // Where commands of the other folder started counts no more.
  'workspace-bound': ({ folder: _, ...state }, { data: { folder } }) => ({ ...state, workspace: folder }),
}

function prompted(state: AgentState, message: UserMessage): AgentState {
  return { ...state, request: message, prompts: [...state.prompts, textOf(message)] }
}

function vetted(state: AgentState, moment: string): AgentState {
  return moment === 'prompt-submitted' ? seen(state) : state
}

/** A prompt that was too long is shorter now: the model is asked again. */
function goOnAfterOverflow({ gaveUp, ...run }: RunState): RunState {
  if (gaveUp === undefined) return run
  return gaveUp.kind === 'context-overflow' && run.closing === undefined
    ? { ...run, failures: 0 }
    : { ...run, gaveUp }
}

function goOn(run: RunState): RunState {
  return { ...run, continued: true }
}

function titled(state: AgentState, message: Message): AgentState {
  if (state.title !== undefined) return state
  return { ...state, title: textOf(message).split('\n', 1).join('').slice(0, 80) }
}
