import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { useServer } from '../mcp/use-server.ts'
import type { McpFlags } from '../routes/mcp-routes.ts'
import { safeLine, safeText } from '../terminal/safe-text.ts'
import { tableLines } from '../terminal/table-lines.ts'

/** Prints the resources of a server, or what one of them holds. */
export async function mcpResources(
  line: CommandLine,
  flags: McpFlags,
  server: string,
  uri?: string,
): Promise<ExitName> {
  const { out, outStyle: style, width } = line.terminal
  if (uri !== undefined) {
    const contents = await useServer(line, flags, server, ({ connection, signal }) =>
      connection.readResource(uri, { signal }),
    )
    const texts = contents.map((content) =>
      'text' in content
        ? content.text
        : `[${content.mediaType ?? 'binary'}, ${Math.floor((content.base64.length * 3) / 4)} bytes]`,
    )
    await out.write(flags.json ? `${JSON.stringify({ contents })}\n` : safeText(`${texts.join('\n')}\n`))
    return 'completed'
  }
  const { resources, templates } = await useServer(line, flags, server, async ({ connection, signal }) => ({
    resources: await connection.listResources({ signal }),
    templates: await connection.listResourceTemplates({ signal }).catch(() => []),
  }))
  if (flags.json) {
    await out.write(`${JSON.stringify({ resources, templates })}\n`)
    return 'completed'
  }
  const columns = ['uri', 'name', 'what it is'].map((title) => ({ title, align: 'left' }) as const)
  const rows = [
    ...resources.map(({ uri: at, name, description = '' }) => [at, name, description]),
    ...templates.map(({ uriTemplate, name, description = '' }) => [uriTemplate, name, description]),
  ].map((cells) => ({ cells: cells.map(safeLine) }))
  await out.write(
    rows.length === 0 ? 'no resources\n' : `${tableLines(columns, rows, { style, width }).join('\n')}\n`,
  )
  return 'completed'
}
