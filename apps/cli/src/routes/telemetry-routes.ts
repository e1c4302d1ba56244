import { buildCommand, buildRouteMap } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import { jsonFlag, storePlaceFlags } from './run-flags.ts'

/** The flags of `keepup telemetry export`. */
export interface TelemetryExportFlags {
  readonly store?: string
  readonly keys?: string
  readonly keyRing?: string
  readonly content: boolean
}

const exportRoute = buildCommand<TelemetryExportFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/telemetry-export.ts')).telemetryExport),
  parameters: {
    flags: { ...storePlaceFlags, content: jsonFlag('Also what people, models and tools said') },
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'The thread; its first letters are enough', parse: String, placeholder: 'thread' },
      ],
    },
  },
  docs: {
    brief: 'Print a thread as OpenTelemetry spans (OTLP, JSON)',
    fullDescription: [
      'Prints the spans of a thread and of the agents that it started, as a request',
      'that /v1/traces of a collector takes. While agents run, spans and metrics are',
      'sent where OTEL_EXPORTER_OTLP_ENDPOINT says. What was said is told only with',
      '--content, or OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true.',
    ].join('\n'),
  },
})

/** `keepup telemetry export` */
export const telemetryRoutes = buildRouteMap<'export', CommandLine>({
  routes: { export: exportRoute },
  docs: { brief: 'Threads as OpenTelemetry traces' },
})
