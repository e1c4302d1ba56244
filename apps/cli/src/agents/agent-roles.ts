import { builtInRoles } from '@keepup/agents'
import type { AgentRole, Policy } from '@keepup/core'
import { agentRole, mayDelegate, type RoleDefinition, rolePolicy } from '@keepup/roles'

import type { Environment } from '../host.ts'
import { findRoles } from '../roles/find-roles.ts'

/** A role that agents may be started in, with the rules that hold it. */
export interface HeldRole {
  readonly role: AgentRole
  /** Holds the calls of one of this role, in the folder that it works in. */
  readonly policy: (folder: string) => Policy | undefined
}

/**
 * The roles that an agent can start: those of the user, the built-in ones, those of the project. The first of a name counts, so a project takes the name of no
 * other.
 */
export function agentRoles(folder: string, environment: Environment): readonly HeldRole[] {
  const found = findRoles(folder, environment).roles.map(held)
  const own = found.filter(({ definition }) => definition.source.scope === 'user')
  const others = found.filter(({ definition }) => definition.source.scope !== 'user')
  const builtIn = builtInRoles.map((role): HeldRole => ({ role, policy: () => undefined }))
  const names = new Set<string>()
  return [...own, ...builtIn, ...others].filter(({ role: { name } }) => {
    const isNew = !names.has(name)
    names.add(name)
    return isNew
  })
}

function held(definition: RoleDefinition): HeldRole & { readonly definition: RoleDefinition } {
  const { model, ...role } = agentRole(definition, { rulesHeld: true })
  return {
    definition,
    role: {
      ...role,
      mayStart: (name) => mayDelegate(definition, name),
      // A project's role names no server of its choice.
      ...(model === undefined || definition.source.scope === 'project' ? {} : { model }),
    },
    policy: (folder) => rolePolicy(definition, { root: folder }),
  }
}
