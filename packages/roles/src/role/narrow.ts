import type { Limits, Mode } from '@keepup/core'

import type { RoleDefinition } from './role-definition.ts'

/** Most careful first. */
const modes: readonly Mode[] = ['plan', 'ask', 'auto-edit', 'auto', 'yolo']

/** The mode of a run in a role: the more careful of both. */
export function narrowMode(run: Mode, { mode }: Pick<RoleDefinition, 'mode'>): Mode {
  return mode !== undefined && modes.indexOf(mode) < modes.indexOf(run) ? mode : run
}

/** The limits of a run in a role: of each the lower one. */
export function narrowLimits(run: Limits, { limits = {} }: Pick<RoleDefinition, 'limits'>): Limits {
  return {
    ...lower('turns', run, limits),
    ...lower('time', run, limits),
    ...lower('tokens', run, limits),
    ...lower('money', run, limits),
  }
}

function lower(name: keyof Limits, one: Limits, other: Limits): Limits {
  const known = [one[name], other[name]].filter((limit) => limit !== undefined)
  return known.length === 0 ? {} : { [name]: Math.min(...known) }
}
