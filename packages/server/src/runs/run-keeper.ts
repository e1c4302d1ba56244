import { type AgentEvent, KeepupError, type RunAgent, type RunRequest, type ThreadId } from '@keepup/core'

/** Runs of this process that nobody waits for. */
export interface RunKeeper {
  /** Starts a run and resolves once its first event was recorded. Fails as the run does before that: `lease-held` where somebody runs the thread. */
  start(request: RunRequest): Promise<void>
  /** Goes on with a thread that waits, once its run here is over; does nothing where nothing runs here at all. Where somebody else runs it, they go on. */
  goOn(thread: ThreadId): void
  /** Interrupts every run, so that each records where it stopped, and resolves once they ended. */
  close(): Promise<void>
}

/** Keeps runs until they end. Questions wait for an answer, since somebody will look. */
export function runKeeper(run: RunAgent | undefined): RunKeeper {
  const under = new Map<ThreadId, Promise<'over' | 'waits'>>()
  const stop = new AbortController()
  const start = async (request: RunRequest): Promise<void> => {
    if (run === undefined) throw nothingRuns()
    if (stop.signal.aborted)
      throw new KeepupError('interrupted', 'The server is about to end. Ask again once it is back.')
    if (under.has(request.thread)) {
      throw new KeepupError('lease-held', `Thread ${request.thread} runs already. Send it a signal instead.`)
    }
    const events = run({ unattended: 'wait', ...request, signal: stop.signal })[Symbol.asyncIterator]()
    const first = events.next()
    const whole = finish(first, events)
    under.set(request.thread, whole)
    void whole.then(() => under.delete(request.thread))
    await first
  }
  return {
    start,
    goOn(thread) {
      if (run === undefined) return
      // A run that is about to wait may have looked for answers just before this one came.
      const earlier = under.get(thread) ?? Promise.resolve('waits')
      void earlier.then((end) => (end === 'waits' ? start({ thread }) : undefined)).catch(() => undefined)
    },
    async close() {
      stop.abort(new Error('The server ends.'))
      await Promise.all(under.values())
    },
  }
}

/** Runs to the end, tells whether it waits then, and never rejects: what went wrong stands in the thread, or was told to whoever started it. */
async function finish(
  first: Promise<IteratorResult<AgentEvent>>,
  events: AsyncIterator<AgentEvent>,
): Promise<'over' | 'waits'> {
  let last: AgentEvent | undefined
  try {
    for (let next = await first; next.done !== true; next = await events.next()) last = next.value
  } catch {
    // The first event failed: whoever asked was told.
  }
  return last?.type === 'run-waiting' ? 'waits' : 'over'
}

function nothingRuns(): KeepupError {
  return new KeepupError('not-supported', 'This server only shows threads: it was started without a model.')
}
