import { KeepupError, type RunAgent, type RunRequest, type ThreadId } from '@keepup/core'

/** Runs of this process that nobody waits for. */
export interface RunKeeper {
  /** Starts a run and resolves once its first event was recorded. Fails as the run does before that: `lease-held` where somebody runs the thread. */
  start(request: RunRequest): Promise<void>
  /** Goes on with a thread that waited, unless it runs here or nothing runs here at all. Where somebody else runs it, they go on. */
  goOn(thread: ThreadId): void
  /** Interrupts every run, so that each records where it stopped, and resolves once they ended. */
  close(): Promise<void>
}

/** Keeps runs until they end. Questions wait for an answer, since somebody will look. */
export function runKeeper(run: RunAgent | undefined): RunKeeper {
  const under = new Map<ThreadId, Promise<void>>()
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
      if (run !== undefined && !under.has(thread)) void start({ thread }).catch(() => undefined)
    },
    async close() {
      stop.abort(new Error('The server ends.'))
      await Promise.all(under.values())
    },
  }
}

/** Runs to the end, and never rejects: what went wrong stands in the thread, or was told to whoever started it. */
async function finish<Event>(
  first: Promise<IteratorResult<Event>>,
  events: AsyncIterator<Event>,
): Promise<void> {
  try {
    let { done } = await first
    while (done !== true) ({ done } = await events.next())
  } catch {
    // The first event failed: whoever asked was told.
  }
}

function nothingRuns(): KeepupError {
  return new KeepupError('not-supported', 'This server only shows threads: it was started without a model.')
}
