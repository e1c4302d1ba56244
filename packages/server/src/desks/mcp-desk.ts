/** A tool that a server lists. Its words are the server's, made harmless or not: nobody trusts them. */
export interface ToldServerTool {
  readonly name: string
  readonly description: string
}

/** A tool that is kept from models until a person let it pass. */
export interface ToldWaitingTool {
  readonly tool: string
  /** Such as `added` or `changed`. */
  readonly change: string
  readonly findings: readonly string[]
  /** All that there is to see, a line each. */
  readonly diff: readonly string[]
}

/** A tool as it was let pass. */
export interface ToldPin {
  readonly name: string
  readonly digest: string
  /** The server left it out since. */
  readonly gone: boolean
}

/** A server of MCP. */
export interface ToldServer {
  readonly name: string
  /** Such as `enabled`, `disabled`, `needs-approval`, `broken`. */
  readonly state: string
  readonly transport: string
  /** Where it is configured: whose, by which program, in which file. */
  readonly scope: string
  readonly file: string
  /** When it was last asked what it offers; left out where it never was. */
  readonly asked?: number | undefined
  readonly tools: readonly ToldServerTool[]
  /** Tools that cannot be offered, and why. */
  readonly refused: readonly { readonly tool: string; readonly reason: string }[]
  readonly waiting: readonly ToldWaitingTool[]
  readonly pins: readonly ToldPin[]
}

/** Servers of MCP, as far as a person looks at them. Looking starts none. */
export interface McpDesk {
  look(): Promise<{
    readonly servers: readonly ToldServer[]
    /** What is wrong with the configuration, for a person. */
    readonly problems: readonly string[]
    /** How what waits is let pass, for a person: a command, say. */
    readonly review: string
  }>
}
