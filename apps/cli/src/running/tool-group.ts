/** Tools that a run has where they are asked for: each costs room in every request. */
export const toolGroups = [
  'agents',
  'background',
  'browser',
  'code',
  'diagnostics',
  'map',
  'memory',
  'think',
  'web',
] as const

/** The name of a group. */
export type ToolGroup = (typeof toolGroups)[number]

/** The groups that a setting names. */
export function groupsOf(setting: string | undefined): readonly ToolGroup[] {
  return toolGroups.filter((group) => setting?.split(',').includes(group))
}
