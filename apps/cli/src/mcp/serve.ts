import { randomBytes } from 'node:crypto'

import { endLeftBehind, serveMcpHttp, serveMcpStdio, type ServeParts } from '@keepup/mcp/serve'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { openStore, placeOf } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { untilStopped } from '../until-stopped.ts'
import { workingFolder } from '../working-folder.ts'
import { type HttpPlace, parseHttpPlace, type ServeFlags } from './serve-flags.ts'
import { openService } from './serve-parts.ts'

/** Offers the tools of a folder, and an agent where asked for, to clients of MCP, until they are gone or it is ended. */
export async function mcpServe(line: CommandLine, flags: ServeFlags): Promise<ExitName> {
  const { host, terminal } = line
  const { environment, workingDirectory: here } = host
  const note = (text: string): void => void terminal.notes.write(safeText(`note: ${text}\n`))
  const place = httpPlace(flags)
  const folder = workingFolder(host, flags.cwd)
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder })
  await using store = await openStore(placeOf(settings, environment))
  await using service = await openService(line, { store, settings, folder, flags, note })
  const { parts } = service
  for (const { thread, unknown } of await endLeftBehind({ ...parts, checkpointer: store.checkpointer })) {
    const which = unknown.length === 0 ? '' : `; nobody knows whether these happened: ${unknown.join(', ')}`
    note(`thread ${thread} was left behind by a server that was killed, and is ended${which}`)
  }
  return place === undefined
    ? await serveOverStdio(line, parts, note)
    : await serveOverHttp(line, parts, place, flags)
}

function httpPlace({ http, token }: ServeFlags): HttpPlace | undefined {
  const place = http === undefined ? undefined : parseHttpPlace(http)
  if (http !== undefined && place === undefined)
    throw usageError(`--http ${http} is no port`, 'give a port (0 for any), or an address and a port')
  if (place === undefined && !token)
    throw usageError('--no-token is for --http', 'leave it out: a client over stdio needs no token')
  return place
}

async function serveOverStdio(
  { host }: CommandLine,
  parts: ServeParts,
  note: (text: string) => void,
): Promise<ExitName> {
  if (host.inputKind === 'terminal')
    note('a client of MCP is to start this and speak to it; ctrl+d or ctrl+c ends it')
  await using served = serveMcpStdio(parts, { input: host.stdin, output: host.stdout })
  return await Promise.race([served.closed.then(() => 'completed' as const), untilStopped(host)])
}

async function serveOverHttp(
  { host, terminal }: CommandLine,
  parts: ServeParts,
  place: HttpPlace,
  flags: ServeFlags,
): Promise<ExitName> {
  const given = host.environment['KEEPUP_MCP_TOKEN']
  const token = flags.token ? given || randomBytes(32).toString('base64url') : undefined
  await using served = await serveMcpHttp(parts, { ...place, ...(token === undefined ? {} : { token }) })
  await terminal.notes.write(`listening on ${served.url}\n`)
  if (token !== undefined && token !== given)
    await terminal.notes.write(`token ${token}  (to choose one: KEEPUP_MCP_TOKEN)\n`)
  return await untilStopped(host)
}
