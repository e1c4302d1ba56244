/** What a rule says. */
export type RuleDecision = 'allow' | 'ask' | 'deny'

/**
 * One rule, as it stands in a file. It speaks of calls whose tool fits `tool` (any, where it is left out), and of these either of everything, or of
 * what fits `effect`, or of what fits `command`.
 */
export interface PermissionRule {
  readonly decision: RuleDecision
  /** The name of a tool; `*` stands for any characters, `?` for one. */
  readonly tool?: string
  /** `KIND:TARGET`, such as `write:src/**`, `net:*.example.com`, `exec:rm`; `read:!src/**` is every path but those. */
  readonly effect?: string
  /** A whole shell command with slots (`npm run (build|lint)`), the beginning of one (see `prefix`), or `*` for every command. */
  readonly command?: string
  /** `command` is how a command begins; more words may follow. */
  readonly prefix?: boolean
  /** Why, for people and for the model. */
  readonly reason?: string
}

/** Which rule counts where several fit: the strictest, or the last one. */
export type RuleOrder = 'strictest' | 'last-match'

/** Rules that belong together. What several sets say is joined: deny beats ask beats allow. */
export interface RuleSet {
  /** Where the rules stand, as people are told of it. */
  readonly source: string
  readonly rules: readonly PermissionRule[]
  /** `strictest` when left out: deny beats ask beats allow, whatever the order. */
  readonly order?: RuleOrder
  /** Rules that deny or ask whatever the order is. */
  readonly guards?: readonly PermissionRule[]
  /** What relative paths begin at; the workspace when left out. */
  readonly folder?: string
}
