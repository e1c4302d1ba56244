/** How a run is told on standard output: to a person, as keepup's own events, or in the words of another program. */
export const outputFormats = ['text', 'json', 'claude', 'codex', 'gemini'] as const

/** One of {@link outputFormats}. */
export type OutputFormat = (typeof outputFormats)[number]

/** The format that flags ask for: `--json` is short for one. */
export function outputFormat(flags: {
  readonly json: boolean
  readonly outputFormat?: OutputFormat
}): OutputFormat {
  return flags.outputFormat ?? (flags.json ? 'json' : 'text')
}
