import type { ConnectionParts } from '../connection/connection-parts.ts'
import type { SdkConnection } from '../connection/sdk-connection.ts'
import type { ServerDefinition } from '../server-definition.ts'
import { isHttp } from './is-http.ts'
import type { KeeperParts } from './keeper-parts.ts'

/** Which server is connected to, and who hears of it. */
export interface Starting extends Pick<ConnectionParts, 'definition' | 'current' | 'log' | 'tell'> {
  /** Aborted where the connection is not wanted any more: none is left then. */
  readonly signal: AbortSignal
}

/** Connects to a server with the parts of its hub. What speaks the protocol is loaded with the first one. */
export async function startConnection(
  parts: KeeperParts,
  { signal, ...server }: Starting,
): Promise<SdkConnection> {
  const { openConnection } = await import('../connection/open-connection.ts')
  const connection = await openConnection(connectionParts(parts, server), signal)
  if (signal.aborted) {
    await connection.close()
    signal.throwIfAborted()
  }
  return connection
}

function connectionParts(parts: KeeperParts, server: Omit<Starting, 'signal'>): ConnectionParts {
  const { authorise, sample, approved: _approved, review: _review, others: _others, ...rest } = parts
  const { definition } = server
  const { transport } = definition
  return {
    ...rest,
    ...server,
    ...(sample === undefined || definition.trust?.sampling !== true ? {} : { sample }),
    authorise: isHttp(definition, transport) ? authorise?.(definition) : undefined,
  }
}

/** Whether two definitions are connected to in the same way. */
export function isSameConnection(a: ServerDefinition, b: ServerDefinition): boolean {
  return JSON.stringify(wayTo(a)) === JSON.stringify(wayTo(b))
}

function wayTo({ transport, oauth, trust }: ServerDefinition): readonly unknown[] {
  // What is offered to a server is told it while connecting.
  return [transport, oauth, trust?.sampling]
}
