import type { RoleRule } from '../role/role-rule.ts'

/** What a rule says of a call. */
export type Verdict = RoleRule['decision']

/** The strictest of several; `allow` where there is none. */
export function strictest(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('deny')) return 'deny'
  return verdicts.includes('ask') ? 'ask' : 'allow'
}
