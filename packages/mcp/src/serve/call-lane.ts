import {
  type AgentEvent,
  type Clock,
  isLive,
  KeepupError,
  lostLabel,
  type Model,
  type RunAgent,
  type RunRequest,
  type ThreadId,
} from '@keepup/core'

import type { CallReport, ClientCall } from './client-call.ts'
import { clientModel } from './client-model.ts'

/** Calls of a client that are made one after the other, on one thread. */
export interface CallLane {
  readonly thread: ThreadId
  /** How many calls it has that are not over. */
  readonly open: number
  /** How many it was ever given. */
  readonly taken: number
  /** Makes a call once those before it are over. Rejects where it could not be made or recorded, or was cancelled before it began. */
  call(call: ClientCall): Promise<CallReport>
  /** Interrupts what is under way, and resolves once that is recorded. */
  end(reason: Error): Promise<void>
}

/** What a lane is made of. */
export interface LaneParts {
  readonly thread: ThreadId
  readonly agent: (model: Model) => RunAgent
  readonly clock: Clock
}

/** A run ends when its client asked for nothing for so long, in milliseconds; the next call begins another on the same thread. */
const idleTime = 10_000

const opening = 'A client of the Model Context Protocol calls tools here. What it asks for follows.'

interface Waiting {
  readonly call: ClientCall
  settle(report: CallReport): void
  fail(error: unknown): void
}

/** A lane as it stands. */
interface LaneState {
  readonly thread: ThreadId
  readonly clock: Clock
  readonly queue: Waiting[]
  /** What the model was given last, until its outcome is known. */
  current: Waiting | undefined
  /** How many calls the model was given. */
  handed: number
  /** Interrupts the run. */
  stop: AbortController
  /** Ends the model's wait for a call. */
  wake: AbortController
  /** Nothing is to come any more. */
  ending: boolean
}

/** Makes a lane. Its run lasts as long as calls come, so that a call costs what it is and not what came before it. */
export function createCallLane({ thread, agent, clock }: LaneParts): CallLane {
  const lane: LaneState = {
    thread,
    clock,
    queue: [],
    current: undefined,
    handed: 0,
    stop: new AbortController(),
    wake: new AbortController(),
    ending: false,
  }
  const run = agent(clientModel((signal) => nextCall(lane, signal)))
  let running: Promise<void> | undefined
  let taken = 0

  function start(): void {
    lane.wake.abort()
    running ??= drive(lane, run).finally(() => {
      running = undefined
      if (lane.queue.length > 0) start()
    })
  }
  return {
    thread,
    get open() {
      return lane.queue.length + (lane.current === undefined ? 0 : 1)
    },
    get taken() {
      return taken
    },
    call(call) {
      taken += 1
      const promise = enqueue(lane, call)
      if (lane.queue.length > 0) start()
      return promise
    },
    async end(reason) {
      failAll(lane, reason)
      lane.ending = true
      lane.wake.abort()
      // A run that has nothing under way ends by itself, as one that is complete.
      if (lane.current !== undefined) lane.stop.abort(reason)
      await running
    },
  }
}

function enqueue(lane: LaneState, call: ClientCall): Promise<CallReport> {
  const { promise, resolve: settle, reject: fail } = Promise.withResolvers<CallReport>()
  const waiting: Waiting = { call, settle, fail }
  const abort = (): void => cancel(lane, waiting)
  const forget = (): void => call.signal.removeEventListener('abort', abort)
  lane.queue.push(waiting)
  call.signal.addEventListener('abort', abort, { once: true })
  void promise.then(forget, forget)
  if (call.signal.aborted) abort()
  return promise
}

/** What is under way is interrupted, which its outcome tells; what waits has not happened. */
function cancel(lane: LaneState, waiting: Waiting): void {
  const { reason } = waiting.call.signal
  if (waiting === lane.current) return lane.stop.abort(reason)
  const place = lane.queue.indexOf(waiting)
  if (place < 0) return
  lane.queue.splice(place, 1)
  waiting.fail(reason)
}

/** The next call; `undefined` once none came for long, or the run is to end. */
async function nextCall(lane: LaneState, signal: AbortSignal): Promise<ClientCall | undefined> {
  if (lane.queue.length === 0 && !lane.ending) {
    lane.wake = new AbortController()
    await lane.clock.sleep(idleTime, AbortSignal.any([signal, lane.wake.signal])).catch(() => {})
  }
  if (signal.aborted) return undefined
  lane.current = lane.queue.shift()
  if (lane.current !== undefined) lane.handed += 1
  return lane.current?.call
}

/** Runs until nothing is left to be done. A run that took no call would not take one the next time either. */
async function drive(lane: LaneState, run: RunAgent): Promise<void> {
  while (lane.queue.length > 0) {
    const before = lane.handed
    try {
      const ending = await runOnce(lane, run)
      if (lane.handed === before) failAll(lane, ending)
      lane.current?.fail(ending)
    } catch (error) {
      lane.current?.fail(error)
      failAll(lane, error)
    }
    lane.current = undefined
  }
}

/** One run, to its end; resolves with what to tell whoever still waits for a call that it was to make. */
async function runOnce(lane: LaneState, run: RunAgent): Promise<KeepupError> {
  lane.stop = new AbortController()
  const { thread, stop } = lane
  const request: RunRequest = {
    thread,
    input: opening,
    limits: {},
    label: lostLabel,
    unattended: 'deny',
    signal: stop.signal,
  }
  let why = 'The run of the client ended.'
  for await (const event of run(request)) {
    heed(lane, event)
    if (event.type === 'run-finished' && 'message' in event.data.outcome) why = event.data.outcome.message
  }
  return new KeepupError('interrupted', `${why} The call was not made: ask for it again.`)
}

function heed(lane: LaneState, event: AgentEvent): void {
  const { current, thread } = lane
  if (current === undefined) return
  if (isLive(event)) {
    if (event.type === 'tool-progressed') current.call.progress(event.text)
    return
  }
  if (event.type !== 'tool-finished' || event.data.call !== current.call.id) return
  lane.current = undefined
  current.settle({ thread, outcome: event.data.outcome, artifacts: event.artifacts ?? [] })
}

function failAll({ queue }: LaneState, error: unknown): void {
  for (const waiting of queue.splice(0)) waiting.fail(error)
}
