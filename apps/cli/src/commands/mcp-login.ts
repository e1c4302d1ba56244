import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { findServer } from '../mcp/find-server.ts'
import { loadServers } from '../mcp/load-servers.ts'
import { type Asking, type HttpServer, mayLogIn, oauthFor } from '../mcp/oauth-for.ts'
import { needsApproval } from '../mcp/open-servers.ts'
import { peopleOnly } from '../mcp/people-only.ts'
import type { LoginFlags, McpFlags } from '../routes/mcp-routes.ts'
import { safeLine, safeText } from '../terminal/safe-text.ts'
import { workingFolder } from '../working-folder.ts'

/** Logs in to a server by OAuth, in a browser, or with `--paste` in one of another machine. */
export async function mcpLogin(line: CommandLine, flags: LoginFlags, name: string): Promise<ExitName> {
  const { host, terminal } = line
  const server = await loginServer(line, flags, name)
  const ending = new AbortController()
  const unwatch = host.onStop(() => ending.abort())
  try {
    const session = await oauthFor(server, host.environment, await asking(line, flags.paste))
    await session.login({ signal: ending.signal })
  } finally {
    unwatch()
  }
  await terminal.out.write(
    flags.json ? `${JSON.stringify({ loggedIn: name })}\n` : safeText(`logged in to ${name}\n`),
  )
  return 'completed'
}

/** Revokes the tokens of a server and forgets them. */
export async function mcpLogout(line: CommandLine, flags: McpFlags, name: string): Promise<ExitName> {
  const server = await loginServer(line, flags, name)
  const session = await oauthFor(server, line.host.environment)
  const { revoked } = await session.logout()
  const text = `logged out of ${name}${revoked ? '' : '; its issuer did not take the tokens back, they end by themselves'}`
  await line.terminal.out.write(
    flags.json ? `${JSON.stringify({ loggedOut: name, revoked })}\n` : safeText(`${text}\n`),
  )
  return 'completed'
}

async function loginServer({ host }: CommandLine, flags: McpFlags, name: string): Promise<HttpServer> {
  const { environment } = host
  peopleOnly(environment)
  const found = findServer(await loadServers(workingFolder(host, flags.cwd), environment), name)
  const { definition } = found
  if (definition === undefined)
    throw usageError(`${name} is not configured right`, 'see why with: keepup mcp doctor')
  if (needsApproval(found, environment))
    throw usageError(`${name} is not approved`, `look at it, then: keepup mcp approve ${name}`)
  if (mayLogIn(definition)) return definition
  const why =
    definition.transport.type === 'stdio' ? 'is a program' : 'has a header for authorisation, or no https'
  throw usageError(`${name} ${why}: there is nothing to log in to`, 'secrets of programs go into env')
}

async function asking({ host, terminal }: CommandLine, paste: boolean): Promise<Asking> {
  const tell = (url: URL): Promise<void> => terminal.notes.write(safeText(`open in a browser: ${url.href}\n`))
  if (paste) {
    return {
      paste: async (url) => {
        await tell(url)
        await terminal.notes.write('then paste the address at which it ended, also if it shows an error: ')
        return firstLine(host.stdin)
      },
    }
  }
  const { systemBrowser } = await import('@keepup/mcp-security/oauth')
  const open = systemBrowser()
  return {
    openBrowser: async (url) => {
      await tell(url)
      await open(url)
    },
    approve: async ({ issuer, scopes }) => {
      await terminal.notes.write(
        safeText(
          `logging in at ${safeLine(issuer)}${scopes.length === 0 ? '' : ` for ${safeLine(scopes.join(' '))}`}\n`,
        ),
      )
      return true
    },
  }
}

async function firstLine(stdin: AsyncIterable<Buffer | string>): Promise<string> {
  let text = ''
  for await (const chunk of stdin) {
    text += chunk.toString()
    if (text.includes('\n')) break
  }
  return text.split('\n')[0]?.trim() ?? ''
}
