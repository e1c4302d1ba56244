import type { JsonValue } from '@keepup/core'

import type { FileReport } from '../fields/file-report.ts'
import type { Leftover } from '../fields/read-fields.ts'
import type { RoleDefinition, RoleSource } from './role-definition.ts'
import type { RoleRule } from './role-rule.ts'

/** A role while its file is read. */
export interface RoleDraft {
  readonly role: { -readonly [Key in keyof RoleDefinition]?: RoleDefinition[Key] }
  readonly rules: RoleRule[]
}

/** Begins a role. */
export function roleDraft(): RoleDraft {
  return { role: {}, rules: [] }
}

/** What a role is finished with. */
export interface FinishRole {
  readonly report: FileReport
  readonly source: RoleSource
  /** What its file says that was not followed: kept in `metadata`. */
  readonly leftover: Leftover
}

/** The role that a draft came to; `undefined` where something in it is wrong. */
export function finishRole(
  { role, rules }: RoleDraft,
  { report, source, leftover }: FinishRole,
): RoleDefinition | undefined {
  checkName(role.name, report)
  if (report.failed() || role.name === undefined) return undefined
  const metadata: Readonly<Record<string, JsonValue>> = { ...role.metadata, ...leftover }
  return {
    ...role,
    name: role.name,
    description: role.description ?? '',
    system: role.system ?? '',
    ...(rules.length === 0 ? {} : { rules }),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    source,
  }
}

function checkName(name: string | undefined, report: FileReport): void {
  if (name === undefined) {
    if (!report.failed()) report.wrong('/name', 'has no name', 'add name')
  } else if (name.length > 100 || /[\p{Cc}\p{Cf}/\\:]/u.test(name)) {
    const fix = 'use 1 to 100 characters, none of them a slash, a colon or a control character'
    report.wrong('/name', `is ${JSON.stringify(name.slice(0, 60))}, which is no name`, fix)
  }
}
