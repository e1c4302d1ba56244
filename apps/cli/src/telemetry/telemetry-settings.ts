import type { Environment } from '../host.ts'
import { readPairs } from './read-pairs.ts'

/** What the variables of OpenTelemetry say, as its specification names them. */
export interface TelemetrySettings {
  /** Where a collector listens. */
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  /** Whether what was said is told too. */
  readonly content: boolean
  /** Of the program and where it runs. */
  readonly resource: Readonly<Record<string, string>>
  /** The span that this program was started under. */
  readonly traceparent: string | undefined
}

/** The settings, where somebody asked for telemetry: nothing is told, nor loaded, unless `OTEL_EXPORTER_OTLP_ENDPOINT` is set. */
export function telemetrySettings(environment: Environment): TelemetrySettings | undefined {
  const endpoint = environment['OTEL_EXPORTER_OTLP_ENDPOINT']?.trim() ?? ''
  if (endpoint === '' || environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return undefined
  return {
    endpoint,
    headers: readPairs(environment['OTEL_EXPORTER_OTLP_HEADERS']),
    content: environment['OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT']?.toLowerCase() === 'true',
    resource: resourceOf(environment),
    traceparent: environment['TRACEPARENT'],
  }
}

/** What `OTEL_RESOURCE_ATTRIBUTES` says of the program; `OTEL_SERVICE_NAME` goes before it. */
export function resourceOf(environment: Environment): Readonly<Record<string, string>> {
  const name = environment['OTEL_SERVICE_NAME'] ?? ''
  const named = readPairs(environment['OTEL_RESOURCE_ATTRIBUTES'])
  return name === '' ? named : { ...named, 'service.name': name }
}
