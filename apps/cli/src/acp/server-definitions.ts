import type { AcpSessionOrder } from '@keepup/acp'
import type { ServerDefinition } from '@keepup/mcp'

type GivenServer = AcpSessionOrder['servers'][number]

/** The servers that an editor names, as the hub takes them: its user's own, so none of them waits for approval. What they say is trusted no more than any server's. */
export function toServerDefinitions(servers: readonly GivenServer[]): readonly ServerDefinition[] {
  return servers.map((server) => ({
    name: server.name,
    transport: transportOf(server),
    enabled: true,
    source: { scope: 'user' },
  }))
}

function transportOf(server: GivenServer): ServerDefinition['transport'] {
  if ('command' in server) {
    const { command, args, env } = server
    return { type: 'stdio', command, args, env: fromPairs(env) }
  }
  return { type: server.type, url: server.url, headers: fromPairs(server.headers) }
}

function fromPairs(
  pairs: readonly { readonly name: string; readonly value: string }[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(pairs.map(({ name, value }) => [name, value]))
}
