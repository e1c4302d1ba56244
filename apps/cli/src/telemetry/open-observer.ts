import type { AgentEvent, Clock, ObserveCall } from '@keepup/core'

import type { Environment } from '../host.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { Collector } from './open-collector.ts'
import { type TelemetrySettings, telemetrySettings } from './telemetry-settings.ts'

/** Tells a collector of every agent that it is shown, and of every call between agents. Disposing of it sends what is left. */
export interface Observer extends AsyncDisposable {
  readonly observe: (event: AgentEvent) => void
  readonly call: ObserveCall
}

/** What tells the collector that the environment names; `undefined` without one, and nothing is loaded. A run goes on without a collector that cannot be, and says so. */
export async function openObserver(
  environment: Environment,
  clock: Clock,
  warn: (text: string) => void,
): Promise<Observer | undefined> {
  const settings = telemetrySettings(environment)
  if (settings === undefined) return undefined
  const collector = await openedCollector(settings, environment, warn)
  if (collector === undefined) return undefined
  return {
    observe: (event) => collector.observe(event, clock.now()),
    call: (call) => collector.call(call),
    [Symbol.asyncDispose]: () => collector.close(),
  }
}

async function openedCollector(
  settings: TelemetrySettings,
  environment: Environment,
  warn: (text: string) => void,
): Promise<Collector | undefined> {
  try {
    const { openCollector } = await import('./open-collector.ts')
    return openCollector(settings, environment)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    warn(
      safeText(
        `No telemetry is sent: OTEL_EXPORTER_OTLP_ENDPOINT is "${settings.endpoint}" (${why}). Name a collector such as http://127.0.0.1:4318.`,
      ),
    )
    return undefined
  }
}
