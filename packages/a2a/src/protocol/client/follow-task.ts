import type { Message, StreamResponse, Task, TaskState } from '@a2a-js/sdk'
import { A2AError } from '@a2a-js/sdk/errors'
import { KeepupError, type Sequence } from '@keepup/core'

import { lastEventHeader, positionIn, replayExtension } from '../replay-extension.ts'
import { isInterrupted, isTerminal } from '../task/is-terminal.ts'
import type { ConnectedAgent } from './connect-agent.ts'
import { readTask } from './read-task.ts'

/** What happened to a task, as its client sees it. */
export interface FollowedEvent {
  readonly response: StreamResponse
  /** Where it stands in the log of its task, where the server says so. */
  readonly position: Sequence | undefined
  /** It is the whole task as it stands after the stream was cut, from a server that cannot replay: what happened in between is in it. */
  readonly snapshot?: true
}

/** Whom to follow. */
export interface FollowOptions {
  readonly signal?: AbortSignal
  /** Goes on while the agent waits for somebody, up to the end of the task. */
  readonly throughWaits?: boolean
}

interface Progress {
  task: string | undefined
  position: Sequence | undefined
  /** The state that was told last. */
  state: TaskState | undefined
  done: boolean
}

/**
 * Sends a message and follows its task, until it ends or waits. A stream that was cut is taken up where it was: where the server can replay, every event comes once and in
 * order. Fails `request-failed` once it was cut too often in a row, and where it is not known whether the message arrived.
 */
export async function* sendAndFollow(
  agent: ConnectedAgent,
  message: Message,
  options: FollowOptions = {},
): AsyncGenerator<FollowedEvent, void> {
  const request = { tenant: '', message, configuration: undefined, metadata: undefined }
  const progress: Progress = { task: undefined, position: undefined, state: undefined, done: false }
  const first = (): AsyncIterable<StreamResponse> =>
    agent.client.sendMessageStream(request, callOptions(options))
  yield* follow(agent, progress, { ...options, first })
}

/** Follows a task after a position, or from where it stands. */
export async function* followTask(
  agent: ConnectedAgent,
  { id, after }: { readonly id: string; readonly after?: Sequence },
  options: FollowOptions = {},
): AsyncGenerator<FollowedEvent, void> {
  const progress: Progress = { task: id, position: after, state: undefined, done: false }
  yield* follow(agent, progress, options)
}

async function* follow(
  agent: ConnectedAgent,
  progress: Progress,
  options: FollowOptions & { readonly first?: () => AsyncIterable<StreamResponse> },
): AsyncGenerator<FollowedEvent, void> {
  const { clock, retries, firstPause } = agent
  let failures = 0
  let pause = firstPause
  while (!progress.done) {
    const before = progress.position
    try {
      const isFirst = progress.task === undefined && options.first !== undefined
      const responses = isFirst ? options.first() : subscribe(agent, progress, options)
      yield* take(responses, progress, options, !isFirst)
      if (progress.done) return
    } catch (error) {
      options.signal?.throwIfAborted()
      if (error instanceof A2AError) {
        yield* readInstead(agent, progress, error)
        return
      }
      if (!mayRepeat(agent, progress, error) || failures >= retries) throw asFailure(error)
    }
    if (progress.position !== before) {
      failures = 0
      pause = firstPause
    }
    failures += 1
    if (failures > retries) throw asFailure(new Error('the stream was cut again and again'))
    await clock.sleep(pause, options.signal)
    pause = Math.min(pause * 2, 10_000)
  }
}

function subscribe(
  { client }: ConnectedAgent,
  { task = '', position }: Progress,
  options: FollowOptions,
): AsyncIterable<StreamResponse> {
  const seen = position === undefined ? {} : { [lastEventHeader]: String(position) }
  return client.resubscribeTask({ id: task, tenant: '' }, callOptions(options, seen))
}

function callOptions(
  { signal }: FollowOptions,
  more: Readonly<Record<string, string>> = {},
): { readonly signal?: AbortSignal; readonly serviceParameters: Record<string, string> } {
  const serviceParameters = { 'A2A-Extensions': replayExtension, ...more }
  return signal === undefined ? { serviceParameters } : { signal, serviceParameters }
}

/** Passes on what is new. What a stream begins with when it is taken up was told before. */
async function* take(
  responses: AsyncIterable<StreamResponse>,
  progress: Progress,
  { throughWaits = false }: FollowOptions,
  isTakenUp: boolean,
): AsyncGenerator<FollowedEvent, void> {
  for await (const response of responses) {
    const { payload } = response
    if (payload === undefined) continue
    const position = positionIn(payload.value.metadata)
    const isKnown = position !== undefined && progress.position !== undefined && position <= progress.position
    note(progress, payload, position)
    const isSnapshot = isTakenUp && payload.$case === 'task' && progress.position === undefined
    if (!isKnown) yield { response, position, ...(isSnapshot ? { snapshot: true } : {}) }
    progress.done = payload.$case === 'message' || isOver(progress.state, throughWaits)
    if (progress.done) return
  }
}

function note(
  progress: Progress,
  payload: NonNullable<StreamResponse['payload']>,
  position: Sequence | undefined,
): void {
  if (position !== undefined) progress.position = Math.max(position, progress.position ?? 0)
  if (payload.$case === 'task') {
    progress.task = payload.value.id
    progress.state = payload.value.status?.state
  }
  if (payload.$case === 'statusUpdate') progress.state = payload.value.status?.state
}

function isOver(state: TaskState | undefined, throughWaits: boolean): boolean {
  return isTerminal(state) || (!throughWaits && isInterrupted(state))
}

/** A server that answers with an error may do so because the task has ended meanwhile: then the task says how. */
async function* readInstead(
  agent: ConnectedAgent,
  progress: Progress,
  error: Error,
): AsyncGenerator<FollowedEvent, void> {
  if (progress.task === undefined) throw asFailure(error)
  let task: Task
  try {
    task = await readTask(agent, progress.task)
  } catch {
    throw asFailure(error)
  }
  if (!isTerminal(task.status?.state)) throw asFailure(error)
  yield { response: { payload: { $case: 'task', value: task } }, position: undefined, snapshot: true }
}

/** Before anything is known of the task, a message is sent again only where that cannot make two of it. */
function mayRepeat({ replays }: ConnectedAgent, { task }: Progress, error: unknown): boolean {
  return task !== undefined || replays || (KeepupError.is(error) && error.details['sent'] === false)
}

/** What a client is told of a failure: what the agent answered, or that it could not be followed. */
function asFailure(error: unknown): KeepupError {
  if (KeepupError.is(error)) return error
  if (error instanceof A2AError) {
    const details = { sent: true, reason: error.reason }
    return new KeepupError('request-failed', `The agent refused: ${error.message}`, { cause: error, details })
  }
  const why = error instanceof Error ? error.message : String(error)
  const message = `The agent could not be followed to the end (${why}). Read the task later, or send the message again.`
  return new KeepupError('request-failed', message, { cause: error, details: { sent: true } })
}
