import type { AgentEvent, Clock } from '@keepup/core'

import type { Environment } from '../host.ts'
import type { RunOutput } from '../running/run-output.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { Collector } from './open-collector.ts'
import { type TelemetrySettings, telemetrySettings } from './telemetry-settings.ts'

/** An output, and what tells a collector of every agent of the run, those that others started included. */
export interface ToldOutput extends RunOutput {
  readonly observe?: (event: AgentEvent) => void
}

/** An output that also tells a collector, where the environment names one; the same output otherwise, and nothing is loaded. */
export async function toldOutput(
  output: RunOutput,
  environment: Environment,
  clock: Clock,
): Promise<ToldOutput> {
  const settings = telemetrySettings(environment)
  if (settings === undefined) return output
  const collector = await openedCollector(settings, environment, output)
  if (collector === undefined) return output
  return {
    ...output,
    observe: (event) => collector.observe(event, clock.now()),
    async end() {
      await output.end()
      await collector.close()
    },
  }
}

/** A run goes on without a collector that cannot be, and says so. */
async function openedCollector(
  settings: TelemetrySettings,
  environment: Environment,
  output: RunOutput,
): Promise<Collector | undefined> {
  try {
    const { openCollector } = await import('./open-collector.ts')
    return openCollector(settings, environment)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    await output.warn(
      safeText(
        `No telemetry is sent: OTEL_EXPORTER_OTLP_ENDPOINT is "${settings.endpoint}" (${why}). Name a collector such as http://127.0.0.1:4318.`,
      ),
    )
    return undefined
  }
}
