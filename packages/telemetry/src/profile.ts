/**
 * Which version of OpenTelemetry's GenAI conventions names what is told: `1.41` is the last one that backends read everywhere, `latest` the one of the conventions' own
 * repository since. `both` tells spans as `1.41`, since two names of one count would be counted twice, and metrics under the names of each.
 */
export type Profile = '1.41' | 'latest' | 'both'

/** The profile that `OTEL_SEMCONV_STABILITY_OPT_IN` asks for, a list with commas: `gen_ai_latest_experimental`, or `gen_ai/dup` for both. `1.41` otherwise. */
export function readProfile(environment: Readonly<Record<string, string | undefined>>): Profile {
  const wanted = (environment['OTEL_SEMCONV_STABILITY_OPT_IN'] ?? '').split(',').map((word) => word.trim())
  if (wanted.includes('gen_ai/dup')) return 'both'
  return wanted.includes('gen_ai_latest_experimental') ? 'latest' : '1.41'
}
