/** The formats that are read, in the order in which they win a name. */
export const formatNames = [
  'keepup',
  'claude',
  'opencode',
  'copilot',
  'roo',
  'crewai',
  'skill',
  'instructions',
  'cline',
  'spec-kit',
] as const

/** The name of a format. */
export type FormatName = (typeof formatNames)[number]
