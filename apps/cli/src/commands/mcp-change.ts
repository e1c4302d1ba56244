import { join } from 'node:path'

import { type ConfiguredServer, editConfiguration, type McpConfiguration } from '@keepup/mcp/configuration'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { findServer } from '../mcp/find-server.ts'
import { loadServers } from '../mcp/load-servers.ts'
import { mcpFolders } from '../mcp/mcp-folders.ts'
import { peopleOnly } from '../mcp/people-only.ts'
import { unreadServers } from '../mcp/server-row.ts'
import type { McpFlags } from '../routes/mcp-routes.ts'
import { safeText } from '../terminal/safe-text.ts'
import { workingFolder } from '../working-folder.ts'

/** Takes a server out of keepup's own configuration, or out of the `.mcp.json` of the project; those of other programs are theirs to change. */
export async function mcpRemove(line: CommandLine, flags: McpFlags, name: string): Promise<ExitName> {
  const { host } = line
  peopleOnly(host.environment)
  const folder = workingFolder(host, flags.cwd)
  const { file, pointer } = placeOf(await loadServers(folder, host.environment), name)
  const own = [ownFileOf(line), join(folder, '.mcp.json'), join(folder, '.keepup', 'mcp.json')]
  if (!own.includes(file)) {
    const fix = `take it out there, or switch it off here: keepup mcp disable ${name}`
    throw usageError(`${name} stands in ${file}, which is another program's`, fix)
  }
  await editConfiguration(file, [keyOf(pointer), name], () => undefined)
  return told(line, flags, { removed: name, file }, `removed ${name} from ${file}`)
}

/** Where a server stands, also one that cannot be read. */
function placeOf(
  configuration: McpConfiguration,
  name: string,
): { readonly file: string; readonly pointer: string } {
  const isUnread = unreadServers(configuration).includes(name)
  const problem = isUnread ? configuration.problems.find(({ server }) => server === name) : undefined
  if (problem !== undefined) return { file: problem.file, pointer: problem.pointer ?? '' }
  const { place, pointer } = findServer(configuration, name).written
  return { file: place.file, pointer }
}

/** The field of the file under which the server stands. */
function keyOf(pointer: string): string {
  return pointer.split('/')[1] ?? 'servers'
}

/** Switches a server on, or off, wherever it is configured: only the person's own file is changed. */
export function mcpSwitch(enabled: boolean) {
  return async (line: CommandLine, flags: McpFlags, name: string): Promise<ExitName> => {
    const { host } = line
    peopleOnly(host.environment)
    const folder = workingFolder(host, flags.cwd)
    const server = findServer(await loadServers(folder, host.environment), name)
    await switchOne(ownFileOf(line), server, enabled)
    const after = findServer(await loadServers(folder, host.environment), name).written
    if (after.enabled !== enabled) {
      throw usageError(`${after.place.file} switches ${name} off`, 'switch it on there')
    }
    const done = enabled ? 'enabled' : 'disabled'
    return told(line, flags, { [done]: name }, `${done} ${name}`)
  }
}

async function switchOne(file: string, { written }: ConfiguredServer, enabled: boolean): Promise<void> {
  const { name, place, pointer } = written
  const isOwn = place.file === file
  if (isOwn) {
    const on = enabled ? undefined : false
    await editConfiguration(file, [keyOf(pointer), name, 'enabled'], () => on)
  }
  await editConfiguration(file, ['disabled'], (before) => {
    const names = Array.isArray(before) ? before.filter((one): one is string => typeof one === 'string') : []
    const others = names.filter((one) => one !== name)
    const after = enabled || isOwn ? others : [...others, name]
    return after.length === 0 ? undefined : after
  })
}

function ownFileOf({ host }: CommandLine): string {
  return join(mcpFolders(host.environment).configuration, 'mcp.json')
}

async function told(
  { terminal }: CommandLine,
  flags: McpFlags,
  json: object,
  text: string,
): Promise<ExitName> {
  await terminal.out.write(flags.json ? `${JSON.stringify(json)}\n` : safeText(`${text}\n`))
  return 'completed'
}
