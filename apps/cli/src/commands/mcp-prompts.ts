import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { answerText } from '../mcp/answer-text.ts'
import { readArguments } from '../mcp/read-arguments.ts'
import { useServer } from '../mcp/use-server.ts'
import type { McpFlags } from '../routes/mcp-routes.ts'
import { safeLine, safeText } from '../terminal/safe-text.ts'
import { tableLines } from '../terminal/table-lines.ts'

/** Prints the prompts of a server, or one of them with its arguments filled in. */
export async function mcpPrompts(
  line: CommandLine,
  flags: McpFlags,
  server: string,
  prompt?: string,
  ...words: readonly string[]
): Promise<ExitName> {
  const { out, outStyle: style, width } = line.terminal
  if (prompt !== undefined) {
    const given = Object.entries(readArguments(words))
    const texts = Object.fromEntries(
      given.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    )
    const answer = await useServer(line, flags, server, ({ connection, signal }) =>
      connection.getPrompt(prompt, texts, { signal }),
    )
    const lines = answer.messages.map(
      ({ claimedRole, content }) => `${claimedRole}: ${answerText([content])}`,
    )
    await out.write(flags.json ? `${JSON.stringify(answer)}\n` : safeText(`${lines.join('\n')}\n`))
    return 'completed'
  }
  const prompts = await useServer(line, flags, server, ({ connection, signal }) =>
    connection.listPrompts({ signal }),
  )
  if (flags.json) {
    await out.write(`${JSON.stringify({ prompts })}\n`)
    return 'completed'
  }
  const columns = ['prompt', 'arguments', 'what it does'].map((title) => ({ title, align: 'left' }) as const)
  const rows = prompts.map(({ name, description = '', arguments: named }) => ({
    cells: [name, named.map((one) => `${one.name}${one.required ? '' : '?'}`).join(' '), description].map(
      safeLine,
    ),
  }))
  await out.write(
    rows.length === 0 ? 'no prompts\n' : `${tableLines(columns, rows, { style, width }).join('\n')}\n`,
  )
  return 'completed'
}
