import { type Artifact, type Part, TaskState } from '@a2a-js/sdk'
import { type Clock, systemClock } from '@keepup/core'

import { textPart } from '../../task/agent-message.ts'
import { messageText } from '../../task/message-content.ts'
import type { A2aAgent, A2aTurn } from './a2a-agent.ts'

/** One thing that the demo agent can be made to do. */
type Behaviour = (turn: A2aTurn, clock: Clock) => Promise<void>

const { TASK_STATE_COMPLETED: completed, TASK_STATE_WORKING: working } = TaskState

/**
 * What it does, by what the id of a message begins with; the first that fits. The names are those by which the compatibility kit of A2A asks for behaviour
 * (a2a-tck, scenarios of 1.0).
 */
const behaviours: readonly (readonly [string, Behaviour])[] = [
  ['tck-complete-task', (turn) => turn.status(completed, 'Hello from TCK')],
  ['tck-delayed-complete', (turn, clock) => workFor(turn, clock, 2_000, 'Done after delay')],
  ['tck-artifact-file-url', (turn) => complete(turn, [urlPart])],
  ['tck-artifact-file', (turn) => complete(turn, [filePart])],
  ['tck-artifact-text', (turn) => complete(turn, [textPart('Generated text content')])],
  ['tck-artifact-data', (turn) => complete(turn, [dataPart])],
  ['tck-message-response', (turn) => turn.reply('Direct message response')],
  ['tck-input-required', (turn) => turn.status(TaskState.TASK_STATE_INPUT_REQUIRED, 'What else?')],
  ['tck-auth-required', (turn) => turn.status(TaskState.TASK_STATE_AUTH_REQUIRED, 'Log in first.')],
  ['tck-reject-task', (turn) => turn.status(TaskState.TASK_STATE_REJECTED, 'rejected')],
  ['tck-task-failure', (turn) => turn.status(TaskState.TASK_STATE_FAILED, 'failed as asked')],
  ['tck-stream-artifact-chunked', chunked],
  ['tck-stream-artifact-text', (turn) => stream(turn, [textPart('Streamed text content')])],
  ['tck-stream-artifact-file', (turn) => stream(turn, [filePart])],
  ['tck-stream-ordering-001', (turn) => stream(turn, [textPart('Ordered output')])],
  ['tck-stream-001', (turn) => stream(turn, [textPart('Stream hello from TCK')])],
  ['tck-stream-002', (turn) => turn.status(completed)],
  ['tck-stream-003', (turn) => stream(turn, [textPart('Stream task lifecycle')])],
  ['tck-long-running', (turn, clock) => workFor(turn, clock, 4_000, 'Done')],
  ['test-resubscribe-message-id', (turn, clock) => workFor(turn, clock, 4_000, 'Done')],
]

/**
 * An agent without a model, to try clients with: it echoes what it is told. A message that begins with `stream:`, `ask:`, `fail:`, `reject:` or `wait:` makes it do
 * that instead, and ids of messages that the compatibility kit uses make it do what the kit asks for.
 */
export function demoAgent({ clock = systemClock }: { readonly clock?: Clock } = {}): A2aAgent {
  return {
    async run(turn) {
      const last = turn.messages.at(-1)
      const id = last?.messageId ?? ''
      const asked = behaviours.find(([prefix]) => id.startsWith(prefix))?.[1]
      if (asked !== undefined) return asked(turn, clock)
      return follow(turn, clock, last === undefined ? '' : messageText(last))
    },
  }
}

/** Whether a message with an id that was seen is that message again: the compatibility kit uses its ids for one task after the other. */
export function isDemoRepetition({ messageId }: { readonly messageId: string }): boolean {
  return !/^(tck-|test-resubscribe-)/.test(messageId)
}

/** What it does for texts that begin with a word and a colon. */
const commands: Readonly<Record<string, (turn: A2aTurn, rest: string, clock: Clock) => Promise<void>>> = {
  stream: words,
  ask: (turn, rest) => turn.status(TaskState.TASK_STATE_INPUT_REQUIRED, rest || 'What else?'),
  fail: (turn, rest) => turn.status(TaskState.TASK_STATE_FAILED, rest || 'failed as asked'),
  reject: (turn, rest) => turn.status(TaskState.TASK_STATE_REJECTED, rest || 'rejected as asked'),
  wait: (turn, rest, clock) =>
    workFor(turn, clock, Math.min(Number.parseInt(rest, 10) || 1, 3_600) * 1_000, 'Done'),
}

async function follow(turn: A2aTurn, clock: Clock, text: string): Promise<void> {
  const [, word = '', rest = ''] = /^([a-z]+): *([^]*)$/.exec(text) ?? []
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined
  return command === undefined ? complete(turn, [textPart(text)]) : command(turn, rest, clock)
}

/** One chunk a word; a turn that was cut off goes on after the last one that it published. */
async function words(turn: A2aTurn, text: string): Promise<void> {
  await turn.status(working, undefined, { id: `working-${turn.first}` })
  const pieces = text.split(/(?<= )/)
  for (const [index, piece] of pieces.entries()) {
    const lastChunk = index === pieces.length - 1
    const artifact = artifactOf([textPart(piece)])
    await turn.artifact({ artifact, append: index > 0, lastChunk }, { id: `word-${turn.first}-${index}` })
  }
  await turn.status(completed, undefined, { id: `done-${turn.first}` })
}

async function chunked(turn: A2aTurn): Promise<void> {
  await turn.status(working)
  await turn.artifact({ artifact: artifactOf([textPart('chunk-1 ')]), append: true, lastChunk: false })
  await turn.artifact({ artifact: artifactOf([textPart('chunk-2')]), append: true, lastChunk: true })
  await turn.status(completed)
}

async function stream(turn: A2aTurn, parts: readonly Part[]): Promise<void> {
  await turn.status(working)
  await complete(turn, parts)
}

async function complete(turn: A2aTurn, parts: readonly Part[]): Promise<void> {
  const update = { artifact: artifactOf(parts), append: false, lastChunk: true }
  await turn.artifact(update, { id: `artifact-${turn.first}` })
  await turn.status(completed)
}

async function workFor(turn: A2aTurn, clock: Clock, time: number, said: string): Promise<void> {
  await turn.status(working, undefined, { id: `working-${turn.first}` })
  await clock.sleep(time, turn.signal)
  await turn.status(completed, said)
}

function artifactOf(parts: readonly Part[]): Artifact {
  return {
    artifactId: 'result',
    name: 'result',
    description: '',
    parts: [...parts],
    metadata: undefined,
    extensions: [],
  }
}

const filePart: Part = {
  content: { $case: 'raw', value: Buffer.from('tck') },
  metadata: undefined,
  filename: 'output.txt',
  mediaType: 'text/plain',
}

const urlPart: Part = {
  content: { $case: 'url', value: 'https://example.com/output.txt' },
  metadata: undefined,
  filename: 'output.txt',
  mediaType: 'text/plain',
}

const dataPart: Part = {
  content: { $case: 'data', value: { key: 'value', count: 42 } },
  metadata: undefined,
  filename: '',
  mediaType: 'application/json',
}
