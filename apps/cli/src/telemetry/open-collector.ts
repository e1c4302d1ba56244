import type { AgentEvent, ObservedCall, Timestamp } from '@keepup/core'
import { callSpan, createTrace, readProfile, readTraceparent } from '@keepup/telemetry'
import { openOtlp } from '@keepup/telemetry/otlp'

import type { Environment } from '../host.ts'
import { version } from '../version.ts'
import type { TelemetrySettings } from './telemetry-settings.ts'

/** How long the end of a run may wait for a collector, in milliseconds. */
const patience = 3000

/** A collector that is told what happens. */
export interface Collector {
  observe(event: AgentEvent, now: Timestamp): void
  call(call: ObservedCall): void
  close(): Promise<void>
}

/** Opens the way to a collector. What it cannot take in time is lost to it, never to the run. */
export function openCollector(
  { endpoint, headers, content, resource, traceparent }: TelemetrySettings,
  environment: Environment,
): Collector {
  const profile = readProfile(environment)
  const parent = readTraceparent(traceparent)
  const trace = createTrace({
    profile,
    ...(content ? { content: (text: string) => text } : {}),
    ...(parent === undefined ? {} : { parent }),
  })
  const otlp = openOtlp({
    endpoint,
    headers,
    resource: { 'service.version': version, ...resource },
    profile,
    timeout: patience,
  })
  return {
    observe(event, now) {
      for (const span of trace.observe(event, now)) otlp.send(span)
    },
    call(call) {
      const span = callSpan(call)
      if (span !== undefined) otlp.send(span)
    },
    close: () => otlp.close(),
  }
}
