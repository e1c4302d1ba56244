import { KeepupError } from '@keepup/core'

import type { RoleProblem } from '../source/problem.ts'
import { nearestNames } from './nearest-names.ts'
import type { RoleDefinition, RoleSource } from './role-definition.ts'

/** The roles that are there, by name. */
export interface RoleRegistry {
  /** In the order of their names. */
  list(): readonly RoleDefinition[]
  /** @throws KeepupError `input-invalid`, with the names that are nearest */
  get(name: string): RoleDefinition
  find(name: string): RoleDefinition | undefined
}

/**
 * Composes a registry. It never changes.
 *
 * @throws KeepupError `configuration-invalid` where two roles have one name, with both places
 */
export function createRoleRegistry(roles: readonly RoleDefinition[]): RoleRegistry {
  const byName = new Map<string, RoleDefinition>()
  for (const role of roles) {
    const other = byName.get(role.name)
    if (other !== undefined) throw clash(role, other)
    byName.set(role.name, role)
  }
  const list = [...byName.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))
  return {
    list: () => list,
    find: (name) => byName.get(name),
    get(name) {
      const role = byName.get(name)
      if (role === undefined) throw unknownRole(name, [...byName.keys()])
      return role
    },
  }
}

function clash(role: RoleDefinition, other: RoleDefinition): KeepupError {
  const message = `two roles are called ${role.name}: ${placeOf(other.source)} and ${placeOf(role.source)}`
  return new KeepupError('configuration-invalid', message, {
    details: { fix: 'give one of them another name' },
  })
}

function unknownRole(name: string, names: readonly string[]): KeepupError {
  const near = nearestNames(name, names)
  const fix =
    names.length === 0
      ? 'there is none yet: see keepup roles import'
      : near.length === 0
        ? `there are ${names.slice(0, 20).join(', ')}`
        : `did you mean ${near.join(' or ')}?`
  return new KeepupError('input-invalid', `no role is called ${name}`, { details: { fix } })
}

/** Roles that all have names of their own, and what had to be told for that. */
export interface SettledRoles {
  readonly roles: readonly RoleDefinition[]
  readonly problems: readonly RoleProblem[]
}

/**
 * Gives each name to the first role that has it. Later ones are still to be had, as `FORMAT:NAME`, or `SCOPE:FORMAT:NAME` where that is taken as well; both
 * places are told.
 */
export function settleNames(roles: readonly RoleDefinition[]): SettledRoles {
  const settled = new Map<string, RoleDefinition>()
  const problems: RoleProblem[] = []
  for (const role of roles) {
    const { format, scope, path, line } = role.source
    const names = [role.name, `${format}:${role.name}`, `${scope}:${format}:${role.name}`]
    const free = names.find((name) => !settled.has(name))
    const other = settled.get(role.name)
    if (free !== undefined) settled.set(free, { ...role, name: free })
    if (other === undefined) continue
    const left = free === undefined ? 'this one is left out' : `this one is called ${free}`
    problems.push({
      file: path,
      line,
      column: 1,
      severity: 'warning',
      pointer: '/name',
      problem: `is called ${role.name}, as is ${placeOf(other.source)}: ${left}`,
      fix: 'give one of them another name',
    })
  }
  return { roles: [...settled.values()], problems }
}

function placeOf({ path, line }: RoleSource): string {
  return `${path}:${line}`
}
