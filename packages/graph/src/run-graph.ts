import { KeepupError } from '@keepup/core'

import type { ChannelValues } from './channel.ts'
import { driveGraph } from './drive-graph.ts'
import { createEventQueue } from './event-queue.ts'
import type { GraphEvent } from './graph-event.ts'
import type { NodeTypeMap } from './graph.ts'
import type { ResumeOptions, RunOptions } from './run-options.ts'

/**
 * Starts a run of a graph in a thread, and yields every event until it is finished or waits. In a thread whose last run is finished a new one begins, with the state as it
 * was left. Leaving the iteration early interrupts the run. Fails `input-invalid` where the input does not fit or another run is not finished,
 * `lease-held`, `lease-lost`, and with the checkpointer's errors.
 */
export function runGraph<Values extends ChannelValues, Nodes extends NodeTypeMap>(
  options: RunOptions<Values, Nodes>,
): AsyncIterableIterator<GraphEvent, undefined> {
  return eventsOf(options, (signal, announce) => driveGraph(options, { start: options, signal, announce }))
}

/**
 * Goes on with a run: after a crash, an answer, a signal or a time that was waited for, a failure (failed tasks are tried anew), a bound (it counts anew), an
 * interrupt. A completed run yields nothing. Fails `thread-unknown`, `configuration-invalid` where the run stands at a node that the graph does not have,
 * `thread-damaged` where an entry of the run was erased, `lease-held`, `lease-lost`, and with the checkpointer's errors.
 */
export function resumeGraph<Values extends ChannelValues, Nodes extends NodeTypeMap>(
  options: ResumeOptions<Values, Nodes>,
): AsyncIterableIterator<GraphEvent, undefined> {
  return eventsOf(options, (signal, announce) => driveGraph(options, { signal, announce }))
}

/** The events of one run, which begins when the first is asked for. */
function eventsOf(
  { signal }: { readonly signal?: AbortSignal },
  drive: (signal: AbortSignal, announce: (event: GraphEvent) => void) => Promise<void>,
): AsyncIterableIterator<GraphEvent, undefined> {
  const queue = createEventQueue(end)
  const leaving = new AbortController()
  let running: Promise<void> | undefined
  let ended = false

  function start(): Promise<void> {
    const both = signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal])
    const done = drive(both, (event) => queue.push(event)).finally(() => queue.close())
    // Whoever reads to the end learns of a failure; until then it must not count as unhandled.
    done.catch(() => {})
    return done
  }
  async function end(): Promise<IteratorReturnResult<undefined>> {
    if (!ended) {
      ended = true
      await running
    }
    return { value: undefined, done: true }
  }
  return {
    next() {
      if (ended) return end()
      running ??= start()
      return queue.next()
    },
    return() {
      ended = true
      leaving.abort(new KeepupError('interrupted', 'Whoever watched the run left.'))
      return (running ?? Promise.resolve()).then(end, end)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
