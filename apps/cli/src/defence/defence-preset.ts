/** The presets of the defence, least strict first: what each of them does stands in `@keepup/mcp-security`, which only a run loads. */
export const defencePresets: readonly string[] = ['off', 'warn', 'balanced', 'strict']

/** Whether a setting names a preset, and not a file. */
export function isDefencePreset(text: string): boolean {
  return defencePresets.includes(text)
}
