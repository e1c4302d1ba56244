import { join } from 'node:path'

import {
  type FormatName,
  type LoadedRoles,
  loadRoles,
  type RoleDefinition,
  type RoleProblem,
  settleNames,
} from '@keepup/roles'

import type { Environment } from '../host.ts'
import { configurationFolder } from '../permissions/find-rules.ts'
import { projectRoot } from '../settings/project-root.ts'
import { home } from '../settings/user-file.ts'

/** The folder of the user's own roles. */
export function rolesFolder(environment: Environment): string {
  return join(configurationFolder(environment), 'roles')
}

/** The formats of files that hold roles. */
export const roleFormats: readonly FormatName[] = ['keepup', 'claude', 'opencode', 'copilot', 'roo', 'crewai']

/** What is there in a folder. */
export interface FoundRoles extends Omit<LoadedRoles, 'roles' | 'problems'> {
  /** Each with a name of its own. */
  readonly roles: readonly RoleDefinition[]
  readonly problems: readonly RoleProblem[]
}

/**
 * The roles, skills, instructions and workflows of the user and of the project that a folder belongs to. The user's own come first, so a project never takes
 * the name of one.
 */
export function findRoles(
  folder: string,
  environment: Environment,
  formats?: readonly FormatName[],
): FoundRoles {
  const wanted = formats === undefined ? {} : { formats }
  const person = home(environment)
  const project = projectRoot(folder)
  const found = [
    loadRoles({ folder: configurationFolder(environment), scope: 'user', formats: ['keepup'] }),
    loadRoles({ folder: person, scope: 'user', formats: withoutOwn(formats) }),
    // A home folder that is kept in git is no project.
    ...(project === person ? [] : [loadRoles({ folder: project, scope: 'project', ...wanted })]),
  ]
  const { roles, problems } = settleNames(found.flatMap((one) => one.roles))
  return {
    roles,
    skills: found.flatMap(({ skills }) => skills),
    instructions: found.flatMap(({ instructions }) => instructions),
    workflows: found.flatMap(({ workflows }) => workflows),
    tasks: found.flatMap(({ tasks }) => tasks),
    unmapped: found.flatMap(({ unmapped }) => unmapped),
    problems: [...found.flatMap((one) => one.problems), ...problems],
  }
}

const others: readonly FormatName[] = [
  'claude',
  'opencode',
  'copilot',
  'roo',
  'skill',
  'instructions',
  'cline',
]

function withoutOwn(formats: readonly FormatName[] = others): readonly FormatName[] {
  return formats.filter((name) => name !== 'keepup')
}
