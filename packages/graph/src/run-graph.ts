import { runEvents } from '@keepup/checkpoint'

import type { ChannelValues } from './channel.ts'
import { driveGraph } from './drive-graph.ts'
import { type GraphEvent, isLiveGraphEvent } from './graph-event.ts'
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

function eventsOf(
  { signal }: { readonly signal?: AbortSignal },
  drive: (signal: AbortSignal, announce: (event: GraphEvent) => void) => Promise<void>,
): AsyncIterableIterator<GraphEvent, undefined> {
  return runEvents({ drive, isLive: isLiveGraphEvent, signal })
}
