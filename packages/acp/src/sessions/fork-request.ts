import type { McpServer } from '@agentclientprotocol/sdk'
import { z } from 'zod'

const pairs = z.array(z.object({ name: z.string(), value: z.string() }))

const server: z.ZodType<McpServer> = z.union([
  z.object({ type: z.enum(['http', 'sse']), name: z.string(), url: z.string(), headers: pairs }),
  z.object({ name: z.string(), command: z.string(), args: z.array(z.string()), env: pairs }),
])

/** What `session/fork` takes: a draft of the protocol, which its stable types leave out. */
export interface ForkRequest {
  readonly sessionId: string
  readonly cwd: string
  readonly mcpServers: McpServer[]
}

/** Reads `session/fork`. */
export const forkRequest: z.ZodType<ForkRequest> = z.object({
  sessionId: z.string(),
  cwd: z.string(),
  mcpServers: z
    .array(server)
    .nullish()
    .transform((servers) => servers ?? []),
})
