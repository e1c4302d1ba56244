import type { Origin } from './origin.ts'
import type { ArgumentKind } from './tool-annotation.ts'

/** Where values of one kind may come from. */
export type AcceptedOrigins = readonly Origin[]

/** A policy as data: what a call needs to run by itself once something untrusted was read. `readDefencePolicy` reads it from JSON. */
export interface DefencePolicy {
  readonly version: 1
  readonly name: string
  /** What a finding leads to; `warn` allows and reports. */
  readonly onFinding: 'allow' | 'warn' | 'ask' | 'deny'
  /** As long as nothing untrusted was read, a call is a function of the user's words alone. */
  readonly cleanContext: 'allow' | 'judge'
  /** Whom, what and where: from which origins each kind of deciding argument may come. */
  readonly authority: {
    readonly default: AcceptedOrigins
    readonly kinds?: Readonly<Partial<Record<ArgumentKind, AcceptedOrigins>>>
    /** For tools that take something away that does not come back, or cost money: only these of them. */
    readonly irreversible?: AcceptedOrigins
  }
  readonly content: {
    /** Where links, addresses, accounts and telephone numbers in running text may come from; `any` looks at none. */
    readonly tokens: AcceptedOrigins | 'any'
    /** Whether words copied from free text are a finding: never, where they can reach somebody else, or everywhere. */
    readonly quotations: 'none' | 'outward' | 'all'
    /** Whether a short text that stands whole in free text is one too. */
    readonly titles: boolean
  }
  /** Whether the user's words must ask for what a tool does. */
  readonly effects: 'granted' | 'any'
  /** Outward effects after something confidential was read: `strayed` by a call that nobody directed, `exposed` any once untrusted text was read as well. */
  readonly confidential: 'any' | 'strayed' | 'exposed'
  readonly amounts?: {
    /** Amounts above it need an origin of `origins`. */
    readonly cap: number
    readonly origins: AcceptedOrigins
  }
  readonly egress?: {
    /** Hosts (`example.com`, `*.example.com`) that any call may reach. */
    readonly allow?: readonly string[]
    /** Hosts that none may reach, whoever asked. */
    readonly deny?: readonly string[]
  }
  /** Whether programs of the workspace run by themselves once untrusted text was read: always (when left out), or where a sandbox confines them. */
  readonly programs?: 'any' | 'confined'
  /** Tools that are judged by name alone, and what commands do: `git push`, `npm publish`. */
  readonly tools?: Readonly<Record<string, 'allow' | 'ask' | 'deny'>>
}
