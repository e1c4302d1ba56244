import { TaskState } from '@a2a-js/sdk'
import {
  type Checkpointer,
  type Clock,
  isLive,
  KeepupError,
  type Label,
  type RunAgent,
  type RunRequest,
  type SignalId,
} from '@keepup/core'

import { messageContent, messageText } from '../../task/message-content.ts'
import { peerLabel } from '../../task/peer-label.ts'
import type { A2aAgent, A2aTurn } from './a2a-agent.ts'
import { publishEntry } from './publish-entry.ts'
import { type AgentSurvey, surveyAgentThread } from './survey-agent-thread.ts'
import { serverEnds } from './turn-ends.ts'

/** What an agent that is served is made of. */
export interface ServedAgentParts {
  /** The checkpointer that `run` works on. */
  readonly checkpointer: Checkpointer
  readonly clock: Clock
  readonly run: RunAgent
  /** What each run is given besides. */
  readonly settings?: Pick<RunRequest, 'limits' | 'mode'>
  /** Whether content with this label may be told to a caller; by default what is confidential or has named readers may not. */
  readonly mayTell?: (label: Label, caller: string) => boolean
}

/** In milliseconds: how often to look again whether another process is done with the agent's thread. */
const heldPause = 200

/**
 * A `RunAgent` as an agent of A2A: a task is a thread of it. What the client says is data from another agent, never the word of the user here. A question for words
 * may be answered by the client; leave to call a tool is only given on this side, and the task waits for it, through restarts too.
 */
export function agentOfRun(parts: ServedAgentParts): A2aAgent {
  return {
    async run(turn) {
      await turn.status(TaskState.TASK_STATE_WORKING, undefined, { id: `working-${turn.first}` })
      await begin(parts, turn)
      while (!(await goOn(parts, turn))) turn.signal.throwIfAborted()
    },
    receive: (turn, message, number) =>
      send(parts, turn, {
        id: inputId(turn, number),
        channel: 'steers',
        type: 'steer',
        data: { message: { role: 'user', content: messageContent(message) } },
      }),
  }
}

function inputId(turn: A2aTurn, number: number): SignalId {
  return `${turn.agentThread}-${number}`
}

/** Hands over what the client said, each message once: as the answer to a question for words where one is open. */
async function begin(parts: ServedAgentParts, turn: A2aTurn): Promise<void> {
  const { open } = await surveyAgentThread(parts.checkpointer, turn.agentThread)
  const questions = open.filter(({ forWords }) => forWords)
  for (const [index, message] of turn.messages.entries()) {
    const id = inputId(turn, turn.first + index)
    const question = questions[index]
    if (question !== undefined) {
      const { approval, digest } = question
      const data = { approval, digest, allow: true, message: messageText(message) }
      await send(parts, turn, { id, channel: `answers:${approval}`, type: 'answer', data })
    } else {
      const data = { message: { role: 'user', content: messageContent(message) } }
      await send(parts, turn, { id, channel: 'messages', type: 'message', data })
    }
  }
}

async function send(
  { checkpointer, clock }: ServedAgentParts,
  { agentThread: thread, caller }: A2aTurn,
  sent: { readonly id: SignalId; readonly channel: string; readonly type: string; readonly data: unknown },
): Promise<void> {
  const labels = { default: peerLabel(caller) }
  const by = 'agent:a2a'
  const [receipt] = await checkpointer.signal([{ ...sent, thread, time: clock.now(), by, labels }], 'power')
  if (receipt === 'full') {
    const message =
      'The agent has more messages waiting than it can hold. Send it again once the task has got on.'
    throw new KeepupError('database-busy', message)
  }
}

/** Runs the agent up to where it ends or waits; whether the turn is over. */
async function goOn(parts: ServedAgentParts, turn: A2aTurn): Promise<boolean> {
  const survey = await surveyAgentThread(parts.checkpointer, turn.agentThread)
  for (const entry of survey.entries) await publishEntry(parts, turn, entry)
  if (isOver(survey, turn)) return true
  if (needsPerson(survey)) await waitForPerson(parts, turn)
  try {
    const { agentThread: thread, signal } = turn
    for await (const event of parts.run({ ...parts.settings, thread, unattended: 'wait', signal })) {
      if (!isLive(event)) await publishEntry(parts, turn, event)
    }
  } catch (error) {
    if (!KeepupError.is(error, 'lease-held')) throw error
    await parts.clock.sleep(heldPause, turn.signal)
  }
  return false
}

/** The run took all that was said and ended, or it waits for words of the client. */
function isOver(survey: AgentSurvey, turn: A2aTurn): boolean {
  const { finished, waiting, open, taken } = survey
  const ids = turn.messages.map((_, index) => inputId(turn, turn.first + index))
  if (!ids.every((id) => taken.has(id))) return false
  if (finished !== undefined) return !wasCutOff(finished.data.outcome)
  return waiting !== undefined && open.some(({ forWords }) => forWords)
}

function wasCutOff(outcome: { readonly type: string; readonly reason?: string }): boolean {
  return outcome.type === 'interrupted' && outcome.reason === serverEnds
}

/** Every question is for leave, which nobody gave yet. */
function needsPerson({ waiting, open }: AgentSurvey): boolean {
  return waiting !== undefined && open.length > 0 && open.every(({ forWords }) => !forWords)
}

/** Resolves once somebody on this side answered, interrupted, or went on with the thread. */
async function waitForPerson({ checkpointer }: ServedAgentParts, turn: A2aTurn): Promise<void> {
  for await (const seen of checkpointer.watch(turn.agentThread, { signal: turn.signal })) {
    if ('entry' in seen) return
    if (seen.signal.channel === 'control' || seen.signal.channel.startsWith('answers:')) return
  }
}
