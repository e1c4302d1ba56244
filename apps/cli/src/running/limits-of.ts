import type { Limits } from '@keepup/core'

import type { Settings } from '../settings/setting.ts'

/** The limits that settings name, as runs take them. */
export function limitsOf({
  turns,
  money,
  time,
  tokens,
}: Pick<Settings, 'turns' | 'money' | 'time' | 'tokens'>): Limits {
  return {
    turns,
    ...(money === undefined ? {} : { money }),
    ...(time === undefined ? {} : { time }),
    ...(tokens === undefined ? {} : { tokens }),
  }
}
