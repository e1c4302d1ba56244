import type { GuidanceText } from '@keepup/core'

import { strangersLabel, vouchedLabel } from './instruction-file.ts'
import type { KnownSkill } from './known-skill.ts'

/** @limit In characters: how much of a skill's description is told before it is looked up. */
const longestDescription = 300

/** @limit How many skills are told of, of each kind. */
const mostSkills = 60

/** Names and descriptions of skills, as guidance: those that a person vouches for, and the others. Nothing where there are none. */
export function skillCatalogue(skills: readonly KnownSkill[]): readonly GuidanceText[] {
  const vouched = skills.filter(({ trusted }) => trusted)
  const others = skills.filter(({ trusted }) => !trusted)
  return [
    ...textOf('skills', vouched, vouchedLabel),
    ...textOf('skills of the project', others, strangersLabel),
  ]
}

function textOf(
  path: string,
  skills: readonly KnownSkill[],
  label: GuidanceText['label'],
): readonly GuidanceText[] {
  if (skills.length === 0) return []
  const lines = skills
    .slice(0, mostSkills)
    .map(({ name, description }) => `- ${name}: ${lineOf(description)}`)
  const more = skills.length - mostSkills
  const rest = more > 0 ? [`(and ${more} more)`] : []
  const head = 'Call the tool `skill` with one of these names before you do what it is for:'
  return [{ path, text: [head, ...lines, ...rest].join('\n'), label }]
}

function lineOf(description: string): string {
  const line = description.replace(/\s+/g, ' ').trim()
  return line.length > longestDescription ? `${line.slice(0, longestDescription - 1)}…` : line
}
