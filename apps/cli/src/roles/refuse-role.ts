import { invalidSetting } from '../settings/invalid-setting.ts'
import type { Settings } from '../settings/setting.ts'

/** Fails `configuration-invalid` where a role was chosen and nothing would hold `what` to it: a role that is not heeded must not seem to be. */
export function refuseRole({ role }: Pick<Settings, 'role'>, what: string): void {
  if (role === undefined) return
  throw invalidSetting(
    `the role ${role}`,
    `does not hold for ${what}`,
    'leave out --role, and KEEPUP_ROLE; only runs of agents take a role',
  )
}
