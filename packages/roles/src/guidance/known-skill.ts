import { dirname } from 'node:path'

import type { Skill } from '../formats/skill/skill.ts'
import { loadRoles } from '../load/load-roles.ts'
import { problemLine } from '../source/problem.ts'

/** A skill, and whether a person vouches for what it says. */
export interface KnownSkill extends Skill {
  /** It is the person's own, or they approved its text. */
  readonly trusted: boolean
  /** The folder that it lies in. */
  readonly folder: string
}

/** Where skills are looked for. */
export interface FindSkillsOptions {
  /** The person's home folder. */
  readonly home: string
  /** The project; left out where there is none, or where it is the home folder. */
  readonly project?: string
  /** Whether a person approved this file of a project. */
  readonly isTrusted: (file: { readonly path: string; readonly digest: string }) => boolean
}

/** The skills of a person and of a project, by name. A project never takes the name of a person's own. */
export function findSkills({ home, project, isTrusted }: FindSkillsOptions): {
  readonly skills: readonly KnownSkill[]
  readonly problems: readonly string[]
} {
  const found = [
    loadRoles({ folder: home, scope: 'user', formats: ['skill'] }),
    ...(project === undefined ? [] : [loadRoles({ folder: project, scope: 'project', formats: ['skill'] })]),
  ]
  const skills = new Map<string, KnownSkill>()
  const problems = found.flatMap((one) => one.problems.map((problem) => problemLine(problem)))
  for (const skill of found.flatMap((one) => one.skills)) {
    const { path, hash: digest, scope } = skill.source
    const first = skills.get(skill.name)
    if (first !== undefined) {
      problems.push(`${path}: ${first.source.path} has that name already; fix: call it otherwise`)
      continue
    }
    const trusted = scope === 'user' || isTrusted({ path, digest })
    skills.set(skill.name, { ...skill, trusted, folder: dirname(path) })
  }
  return { skills: [...skills.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)), problems }
}
