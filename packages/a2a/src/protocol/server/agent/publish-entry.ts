import { TaskState } from '@a2a-js/sdk'
import { type AgentEntry, type AgentEntryData, type Entry, joinTable, type Label } from '@keepup/core'

import { textPart } from '../../task/agent-message.ts'
import type { A2aTurn } from './a2a-agent.ts'
import type { ServedAgentParts } from './agent-of-run.ts'
import { surveyAgentThread } from './survey-agent-thread.ts'
import { serverEnds } from './turn-ends.ts'

type Parts = Pick<ServedAgentParts, 'checkpointer' | 'mayTell'>

/**
 * Tells the client of one entry of the agent's thread, under an id that is made of it: telling twice is telling once. What the agent says on its way, what it asks, how
 * it ended; not which tools it calls.
 */
export async function publishEntry(parts: Parts, turn: A2aTurn, entry: Entry): Promise<void> {
  const told = entry as AgentEntry // what is none has another type than those below
  const id = `agent-${entry.sequence}`
  if (told.type === 'assistant-message') {
    const { content } = told.data.message
    const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('')
    // The last words are the answer, which the end of the run brings.
    const isLast = content.every((part) => part.type !== 'tool-call')
    if (isLast || text.trim() === '') return
    await turn.status(TaskState.TASK_STATE_WORKING, tellable(parts, turn, entry, text), { id })
  }
  if (told.type === 'run-waiting') await publishWait(parts, turn, told)
  if (told.type === 'run-finished') await publishEnd(parts, turn, told)
}

async function publishWait(parts: Parts, turn: A2aTurn, entry: AgentEntry<'run-waiting'>): Promise<void> {
  const { open } = await surveyAgentThread(parts.checkpointer, turn.agentThread)
  const asked = open.filter(({ approval }) => entry.data.approvals.includes(approval))
  const id = `agent-${entry.sequence}`
  const words = asked.filter(({ forWords }) => forWords)
  if (words.length > 0) {
    const text = words.map(({ question }) => question).join('\n')
    await turn.status(TaskState.TASK_STATE_INPUT_REQUIRED, tellable(parts, turn, entry, text), { id })
  } else if (asked.length > 0) {
    await turn.status(TaskState.TASK_STATE_INPUT_REQUIRED, waitsForPerson, { id, stays: true })
  }
}

/** What a client is told while a person on this side has to decide. */
const waitsForPerson =
  'The agent waits for a person on its own side to decide about something that it wants to do. A message cannot decide it; the task goes on once that person has.'

async function publishEnd(parts: Parts, turn: A2aTurn, entry: AgentEntry<'run-finished'>): Promise<void> {
  const { outcome, text, run } = entry.data
  const id = `agent-${entry.sequence}`
  if (outcome.type === 'interrupted' && (outcome.reason === serverEnds || turn.signal.aborted)) return
  if (!mayTell(parts, turn, entry)) return turn.status(TaskState.TASK_STATE_FAILED, withheld, { id })
  if (text.trim() !== '') {
    const artifact = {
      artifactId: `answer-${run}`,
      name: 'answer',
      description: '',
      parts: [textPart(text)],
      metadata: undefined,
      extensions: [],
    }
    await turn.artifact({ artifact, append: false, lastChunk: true }, { id: `${id}-answer` })
  }
  const [state, said] = endOf(outcome)
  await turn.status(state, said, { id })
}

type Outcome = AgentEntryData['run-finished']['outcome']

function endOf(outcome: Outcome): readonly [TaskState, string | undefined] {
  switch (outcome.type) {
    case 'completed':
      return [TaskState.TASK_STATE_COMPLETED, undefined]
    case 'limit-reached':
      return [
        TaskState.TASK_STATE_FAILED,
        `The agent reached its limit of ${outcome.limit} before it was done.`,
      ]
    case 'interrupted':
      return [TaskState.TASK_STATE_CANCELED, 'Somebody on the side of the agent ended the task.']
    case 'stopped':
      return [
        TaskState.TASK_STATE_FAILED,
        'Somebody on the side of the agent asked it to stop before it was done.',
      ]
    case 'failed':
      // What failed inside is for the people there: it may name their files and servers.
      return [TaskState.TASK_STATE_FAILED, `The agent failed (${outcome.code}).`]
  }
}

const withheld = 'The answer is withheld: it is made of what may not be told to you.'

function tellable(parts: Parts, turn: A2aTurn, entry: Entry, text: string): string {
  return mayTell(parts, turn, entry) ? text : 'What the agent says here may not be told to you.'
}

function mayTell({ mayTell: rule = isOpen }: Parts, { caller }: A2aTurn, { labels }: Entry): boolean {
  return labels === undefined || rule(joinTable(labels), caller)
}

/** Whether anybody may read it. */
function isOpen({ confidential, readers }: Label): boolean {
  return !confidential && readers === 'anyone'
}
