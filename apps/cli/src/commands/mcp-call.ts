import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { answerText } from '../mcp/answer-text.ts'
import { peopleOnly } from '../mcp/people-only.ts'
import { readArguments } from '../mcp/read-arguments.ts'
import { useServer } from '../mcp/use-server.ts'
import type { McpFlags } from '../routes/mcp-routes.ts'
import { safeText } from '../terminal/safe-text.ts'

/** Calls a tool of a server, as its server names it, and prints what it answers. Fails where the tool does. */
export async function mcpCall(
  line: CommandLine,
  flags: McpFlags,
  server: string,
  tool: string,
  ...words: readonly string[]
): Promise<ExitName> {
  // An agent's calls pass its rules, approvals and labels, as a command of its shell would not.
  peopleOnly(line.host.environment)
  const input = readArguments(words)
  const { out, notes } = line.terminal
  const answer = await useServer(line, flags, server, ({ connection, signal }) =>
    connection.callTool(tool, input, {
      signal,
      progress: ({ progress, total, message }) =>
        void notes.write(safeText(`${progress}${total === undefined ? '' : `/${total}`} ${message ?? ''}\n`)),
    }),
  )
  await out.write(flags.json ? `${JSON.stringify(answer)}\n` : safeText(`${answerText(answer.content)}\n`))
  return answer.isError ? 'failed' : 'completed'
}
