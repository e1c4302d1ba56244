import type { Tool } from '@keepup/core'

import type { HubEvent } from './hub-event.ts'
import type { McpConnection } from './mcp-connection.ts'
import type { ServerDefinition } from './server-definition.ts'
import type { ServerDescription, ServerStatus } from './server-status.ts'

/** The MCP servers of an agent, as tools. Nothing is started before it is asked for. */
export interface McpHub extends AsyncDisposable {
  /**
   * The tools of all servers whose offer is known, sorted by name; the same array as long as nothing changed. A tool starts its server when it is called. Servers
   * that were never asked are not in it: see `ready`.
   */
  tools(): readonly Tool[]
  /** Makes known what the store kept of the servers' offers, and starts nothing. Never rejects. */
  recall(): Promise<void>
  /**
   * Makes the offer of every enabled server known: from the store where it was kept, else by starting the server. Never rejects: what failed is told by
   * `servers`. Resolves early where the signal is aborted; the rest goes on.
   */
  ready(signal?: AbortSignal): Promise<void>
  /** Has what every server listed judged again by `HubParts.review`: a person may have answered by now. Asks no server anything. */
  reviewAgain(): Promise<void>
  /** Every configured server, in the order of the definitions. */
  servers(): readonly ServerStatus[]
  /** What a server offers, as it is known now; `undefined` where it is not known or there is no such server. */
  describe(server: string): ServerDescription | undefined
  /** The connection to a server, started where it is not. Fails as starting does. */
  connection(server: string, signal?: AbortSignal): Promise<McpConnection>
  /**
   * Takes these definitions in place of those before. Only what changed is touched: a server whose transport changed is connected anew at its next use, and
   * its running calls end on the old connection; a change of anything else takes effect without a restart.
   */
  update(definitions: readonly ServerDefinition[]): Promise<void>
  /** Ends the connection to a server, if there is one, and forgets what it offered; it is started again when it is asked. */
  restart(server: string): Promise<void>
  /** The last lines of a server's standard error and of what it logged, oldest first, bounded. */
  log(server: string): readonly string[]
  /** Told in order; a listener that throws is reported and disturbs nobody. Returns how to stop. */
  on(listener: (event: HubEvent) => void): () => void
}
