import {
  createRoleRegistry,
  mayDelegate,
  mayUseTool,
  narrowLimits,
  narrowMode,
  type RoleDefinition,
  rolePolicy,
  type Skill,
} from '@keepup/roles'

import type { Environment } from '../host.ts'
import type { RunRole } from '../running/run-role.ts'
import { checkProjectSetting } from '../settings/project-trust.ts'
import type { FlagTexts } from '../settings/resolve-settings.ts'
import type { Settings } from '../settings/setting.ts'
import { findRoles, roleFormats } from './find-roles.ts'

/** Where a role is looked for, and what the run would be without it. */
export interface RolePlace {
  readonly folder: string
  readonly environment: Environment
  readonly settings: Settings
  readonly flags: FlagTexts
  readonly note: (text: string) => void
}

/**
 * Finds a role and what a run is in it. Fails `input-invalid` where there is none of that name, `configuration-invalid` where the role of a project asks for
 * what a project may not set.
 */
export function openRole(name: string, place: RolePlace): RunRole {
  const { folder, environment, settings, flags, note } = place
  const found = findRoles(folder, environment, [...roleFormats, 'skill'])
  const role = createRoleRegistry(found.roles).get(name)
  const skills = skillsOf(role, found.skills, note)
  const model = flags.model === undefined ? modelOf(role) : undefined
  return {
    settings: { ...narrowed(settings, role), ...(model === undefined ? {} : { model }) },
    has: (tool) => mayUseTool(role, tool),
    mayStart: (other) => mayDelegate(role, other),
    held: { name, policy: rolePolicy(role, { root: folder }), system: told(role, skills) },
  }
}

function narrowed(settings: Settings, role: RoleDefinition): Settings {
  const { turns, time, tokens, money, ...rest } = settings
  const limits = narrowLimits(
    {
      turns,
      ...(time === undefined ? {} : { time }),
      ...(tokens === undefined ? {} : { tokens }),
      ...(money === undefined ? {} : { money }),
    },
    role,
  )
  return { ...rest, turns, ...limits, mode: narrowMode(settings.mode, role) }
}

/** The model that a role asks for. A project's role may name no server of its choice. */
function modelOf({ model, source }: RoleDefinition): string | undefined {
  if (model !== undefined && source.scope === 'project') {
    checkProjectSetting('model', model, { path: source.path, folder: source.path, texts: new Map() })
  }
  return model
}

function skillsOf(
  { skills = [] }: RoleDefinition,
  found: readonly Skill[],
  note: (text: string) => void,
): readonly Skill[] {
  return skills.flatMap((name) => {
    const skill = found.find((candidate) => candidate.name === name)
    if (skill === undefined) note(`the skill ${name} of the role is not there`)
    return skill === undefined ? [] : [skill]
  })
}

function told({ name, system }: RoleDefinition, skills: readonly Skill[]): string {
  return [
    `You work in the role "${name}".`,
    system,
    ...skills.map((skill) => `# How to: ${skill.name}\n\n${skill.text}`),
  ]
    .filter((text) => text !== '')
    .join('\n\n')
}
