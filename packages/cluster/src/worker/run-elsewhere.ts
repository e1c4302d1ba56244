import { type AgentEvent, type DurableEvent, KeepupError, type RunAgent, type RunRequest } from '@keepup/core'

import { readStanding } from '../thread/run-standing.ts'
import { type SubmitParts, submitRun } from '../thread/submit-run.ts'

/**
 * Has workers run threads, and yields the entries as they come, in the order in which they stand in the thread; first the latest one that was there before, once the order is
 * taken. What passes and is not stored is not among them. The limits and the mode are those of the worker. Aborting the signal or leaving the iteration ends the watching alone: send the thread a signal to interrupt its run.
 */
export function runElsewhere(parts: SubmitParts): RunAgent {
  return async function* elsewhere(request) {
    const { head } = await parts.checkpointer.read(request.thread)
    await order(parts, request)
    yield* entriesOf(parts, request, head)
  }
}

async function order(parts: SubmitParts, { thread, input, inputId }: RunRequest): Promise<void> {
  if (input !== undefined) {
    await submitRun(parts, { thread, input, ...(inputId === undefined ? {} : { id: inputId }) })
    return
  }
  const { submission } = await readStanding(parts.checkpointer, thread)
  if (submission === undefined) {
    const message = `Thread ${thread} was never submitted to workers. Submit a message to it first, or go on with it here.`
    throw new KeepupError('input-invalid', message)
  }
  await parts.queue.enqueue([{ thread, reason: 'signalled', ...submission }])
}

async function* entriesOf(
  { checkpointer }: SubmitParts,
  { thread, signal }: RunRequest,
  head: number,
): AsyncGenerator<AgentEvent> {
  const left = new AbortController()
  const until = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal])
  try {
    // The latest that was there already says that the order was taken, whenever a worker comes.
    const after = Math.max(0, head - 1)
    for await (const news of checkpointer.watch(thread, { after, signal: until })) {
      if (!('entry' in news)) continue
      // Whoever watches a thread of an agent gets an agent's entries, and passes over others.
      yield news.entry as DurableEvent
      const { sequence, type } = news.entry
      if (sequence > head && (type === 'run-finished' || type === 'run-waiting')) return
    }
  } finally {
    left.abort()
  }
}
