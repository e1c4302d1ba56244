import { type AgentEntry, type Checkpointer, KeepupError, type ThreadId } from '@keepup/core'
import { createTrace, readProfile, type Trace, type TraceSpan } from '@keepup/telemetry'
import { toOtlpJson } from '@keepup/telemetry/otlp'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { TelemetryExportFlags } from '../routes/telemetry-routes.ts'
import { findThread } from '../store.ts'
import { resourceOf } from '../telemetry/telemetry-settings.ts'
import { openNamedStore } from '../travel/find-place.ts'
import { version } from '../version.ts'

/** Prints the spans of a thread and of the agents that it started, as one request of OTLP: the same ones that a collector was told while it ran. */
export async function telemetryExport(
  line: CommandLine,
  flags: TelemetryExportFlags,
  name: string,
): Promise<ExitName> {
  const { terminal, host } = line
  await using store = await openNamedStore(line, flags)
  const thread = await findThread(store, name)
  const trace = createTrace({
    profile: readProfile(host.environment),
    ...(flags.content ? { content: (text: string) => text } : {}),
  })
  const spans: TraceSpan[] = []
  for await (const span of spansBelow(store.checkpointer, trace, thread)) spans.push(span)
  const resource = { 'service.version': version, ...resourceOf(host.environment) }
  await terminal.out.write(`${toOtlpJson(spans, resource)}\n`)
  return 'completed'
}

async function* spansBelow(
  checkpointer: Checkpointer,
  trace: Trace,
  thread: ThreadId,
): AsyncIterable<TraceSpan> {
  const started = new Set<ThreadId>()
  for await (const entry of checkpointer.log(thread)) {
    // Entries of other kinds are no news to a trace; erased ones hold nothing any more.
    if (entry.erased === true) continue
    const known = entry as AgentEntry
    if (known.type === 'agent-spawned') started.add(known.data.agent)
    yield* trace.observe(known)
  }
  for (const child of started) yield* existing(spansBelow(checkpointer, trace, child))
}

/** An agent whose thread was erased has nothing to tell. */
async function* existing(spans: AsyncIterable<TraceSpan>): AsyncIterable<TraceSpan> {
  try {
    yield* spans
  } catch (error) {
    if (!KeepupError.is(error, 'thread-unknown')) throw error
  }
}
