import type { Limits } from '@keepup/core'

import type { RoleDefinition, RoleSource } from '../../role/role-definition.ts'
import type { RoleFile } from './role-file.ts'

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** A role of what its file says: durations become milliseconds, dollars nano-dollars. */
export function roleOfFile({ $schema: _, limits, ...file }: RoleFile, source: RoleSource): RoleDefinition {
  const whole = { ...file, ...(limits === undefined ? {} : { limits: limitsOf(limits) }), source }
  // What is left out in JSON is left out, never undefined: the shape cannot say so.
  return whole as RoleDefinition
}

function limitsOf({ turns, time, tokens, money }: NonNullable<RoleFile['limits']>): Limits {
  return {
    ...(turns === undefined ? {} : { turns }),
    ...(time === undefined ? {} : { time: millisecondsOf(time) }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(money === undefined ? {} : { money: Math.round(money * 1e9) }),
  }
}

function millisecondsOf(duration: string): number {
  const [, amount = '0', unit = 'ms'] = /^([\d.]+)([a-z]+)$/.exec(duration) ?? []
  return Math.round(Number(amount) * (units[unit] ?? 1))
}

/** A role as its own file has it; `metadata.importedFrom` says where it came from. */
export function fileOfRole({ source, limits, ...role }: RoleDefinition): RoleFile {
  const { turns, time, tokens, money } = limits ?? {}
  const bounds = {
    ...(turns === undefined ? {} : { turns }),
    ...(time === undefined ? {} : { time: `${time}ms` }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(money === undefined ? {} : { money: money / 1e9 }),
  }
  const { format, path, hash } = source
  const metadata = { ...role.metadata, importedFrom: { format, path, hash } }
  return { ...role, ...(limits === undefined ? {} : { limits: bounds }), metadata }
}
