import type { Policy } from '@keepup/core'
import { type ApprovedCalls, approvedCalls, permissionPolicy, rememberedCalls } from '@keepup/permissions'

import type { Environment } from '../host.ts'
import { home } from '../settings/user-file.ts'
import { configurationFolder, findRules } from './find-rules.ts'

/** The policy of the modes, the rules that hold in a folder, and what was allowed there for good. Fails `configuration-invalid`. */
export function openPermissions(folder: string, environment: Environment): Policy {
  const approved = openApprovedCalls(folder, environment)
  // A malformed file is told now; one that breaks later allows nothing.
  approved.list()
  return permissionPolicy({
    root: folder,
    home: home(environment),
    rules: findRules(folder, environment),
    remembered: rememberedCalls(approved),
  })
}

/** What was allowed for good in a folder. */
export function openApprovedCalls(folder: string, environment: Environment): ApprovedCalls {
  return approvedCalls({ folder: configurationFolder(environment), root: folder })
}
