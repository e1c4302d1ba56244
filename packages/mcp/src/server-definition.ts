import type { Integrity, Milliseconds } from '@keepup/core'

/** A program of this machine that speaks MCP on its standard streams. No shell reads its arguments. */
export interface StdioTransport {
  readonly type: 'stdio'
  readonly command: string
  readonly args: readonly string[]
  /** In addition to the few variables that every server gets; resolved, so it may hold secrets. */
  readonly env: Readonly<Record<string, string>>
  /** Absolute; the hub's folder when left out. */
  readonly cwd?: string
}

/** A server that is reached by HTTP: `http` is streamable HTTP, `sse` the transport before it (protocol version 2024-11-05). */
export interface HttpTransport {
  readonly type: 'http' | 'sse'
  /** `https:`, or `http:`; without user information. */
  readonly url: string
  /** Sent with every request; resolved, so they may hold secrets. */
  readonly headers: Readonly<Record<string, string>>
}

/** How a server is reached. */
export type ServerTransport = StdioTransport | HttpTransport

/** How long to wait for a server. */
export interface ServerTimeouts {
  /** Until it is connected and has told what it offers: 30 seconds. */
  readonly start?: Milliseconds
  /** Without an answer or a report of progress: 60 seconds. */
  readonly call?: Milliseconds
  /** For a call altogether, however much progress it reports: 10 minutes. */
  readonly longest?: Milliseconds
  /** Without anybody using it, until it is ended; it is started again when it is asked: 30 minutes. */
  readonly idle?: Milliseconds
}

/** How far a person trusts a server. What a server says of itself is never trusted by default. */
export interface ServerTrust {
  /** Whether what its annotations say of repeating is believed (`readOnlyHint`, `idempotentHint`); `once` for every tool otherwise. */
  readonly annotations?: boolean
  /** The best that its results can be: `free-text` when left out. */
  readonly integrity?: Integrity
  /** Whether what it returns is confidential: no when left out. */
  readonly confidential?: boolean
  /** Whether it may ask for a model's answers, where the hub has somebody who gives them: no when left out. */
  readonly sampling?: boolean
}

/** Who wrote a definition. Servers of scope `project` come with somebody's repository: they run only after approval. */
export type ServerScope = 'managed' | 'user' | 'local' | 'project' | 'program'

/** Where a definition stands. */
export interface ServerSource {
  readonly scope: ServerScope
  /** Absolute; none where a program gave it. */
  readonly file?: string
}

/** What a person set for OAuth; `authorise` reads it, the hub does not. */
export interface OAuthSettings {
  readonly clientId?: string
  readonly clientSecret?: string
  /** An https URL whose document describes the client (OAuth Client ID Metadata Document). */
  readonly clientMetadataUrl?: string
  readonly scopes?: readonly string[]
  /** The one authorization server to use, where several are offered. */
  readonly issuer?: string
  readonly redirectPort?: number
  /** Settings of one method or another, as that method reads them. */
  readonly method?: string
  readonly options?: Readonly<Record<string, string>>
}

/** One MCP server as it is configured: a plain value, all variables resolved. Two with equal JSON are the same server. */
export interface ServerDefinition {
  /** Any text that is not empty; unique within a hub. Shown to people and models, so control characters are refused. */
  readonly name: string
  readonly transport: ServerTransport
  readonly enabled: boolean
  readonly source: ServerSource
  readonly timeouts?: ServerTimeouts
  /** Which of its tools exist, by the names that the server gives them: those allowed (all when left out), without those denied. */
  readonly tools?: { readonly allow?: readonly string[]; readonly deny?: readonly string[] }
  readonly trust?: ServerTrust
  readonly oauth?: OAuthSettings
}
