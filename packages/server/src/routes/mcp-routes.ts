import { z } from 'zod'

import type { ToldServer } from '../desks/mcp-desk.ts'
import { offered } from '../desks/offered.ts'
import type { ServerParts } from '../server-parts.ts'
import { type Route, route } from './route.ts'

const server: z.ZodType<ToldServer> = z.object({
  name: z.string(),
  state: z.string(),
  transport: z.string(),
  scope: z.string(),
  file: z.string(),
  asked: z.number().optional(),
  tools: z.array(z.object({ name: z.string(), description: z.string() })).readonly(),
  refused: z.array(z.object({ tool: z.string(), reason: z.string() })).readonly(),
  waiting: z
    .array(
      z.object({
        tool: z.string(),
        change: z.string(),
        findings: z.array(z.string()).readonly(),
        diff: z.array(z.string()).readonly(),
      }),
    )
    .readonly(),
  pins: z.array(z.object({ name: z.string(), digest: z.string(), gone: z.boolean() })).readonly(),
})

/** Servers of MCP that agents here may use. */
export function mcpRoutes({ mcp }: ServerParts): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/mcp/servers',
        summary:
          'Servers of MCP: what each offers, what was let pass, and what is kept from models until a person did. Starts none. Answers 501 where the server was started without them.',
        answer: z.object({
          servers: z.array(server),
          problems: z.array(z.string()),
          review: z.string().meta({ description: 'How what waits is let pass, for a person.' }),
        }),
      },
      async () => {
        const { servers, problems, review } = await offered(mcp, 'servers of MCP').look()
        return { servers: [...servers], problems: [...problems], review }
      },
    ),
  ]
}
