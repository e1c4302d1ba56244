import { join } from 'node:path'

import { editConfiguration } from '@keepup/mcp/configuration'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { loadServers } from '../mcp/load-servers.ts'
import { mcpFolders } from '../mcp/mcp-folders.ts'
import { peopleOnly } from '../mcp/people-only.ts'
import type { AddFlags } from '../routes/mcp-routes.ts'
import { safeText } from '../terminal/safe-text.ts'
import { workingFolder } from '../working-folder.ts'

/** Writes a server into a configuration: the person's own, or the `.mcp.json` of the project. */
export async function mcpAdd(
  { host, terminal }: CommandLine,
  flags: AddFlags,
  name: string,
  ...words: readonly string[]
): Promise<ExitName> {
  const { environment } = host
  peopleOnly(environment)
  const folder = workingFolder(host, flags.cwd)
  const server = serverOf(flags, words)
  const isProject = flags.scope === 'project'
  const file = isProject ? join(folder, '.mcp.json') : join(mcpFolders(environment).configuration, 'mcp.json')
  const { servers } = await loadServers(folder, environment)
  const known = servers.find(({ written }) => written.name === name)
  if (known?.written.place.file === file && !flags.force) {
    throw usageError(
      `${file} has a server ${JSON.stringify(name)} already`,
      'replace it with --force, or take another name',
    )
  }
  checkName(name)
  await editConfiguration(file, [isProject ? 'mcpServers' : 'servers', name], () => server)
  const plain = secretsIn(flags)
  const { out, notes } = terminal
  await out.write(
    flags.json ? `${JSON.stringify({ added: name, file })}\n` : safeText(`added ${name} to ${file}\n`),
  )
  if (plain.length > 0) {
    await notes.write(
      safeText(
        `note: ${plain.join(', ')} stand there in plain text; \${env:NAME} or \${keychain:NAME} in their place would not\n`,
      ),
    )
  }
  if (known !== undefined && known.written.place.file !== file) {
    await notes.write(
      safeText(`note: ${known.written.place.file} has a server of this name too (keepup mcp list)\n`),
    )
  }
  if (isProject)
    await notes.write(safeText(`note: it is run once it is approved: keepup mcp approve ${name}\n`))
  return 'completed'
}

function checkName(name: string): void {
  if (name.trim() !== '' && name.length <= 100 && !/\p{Cc}/u.test(name) && !name.startsWith('-')) return
  throw usageError(
    'a server needs a name of 1 to 100 characters, without control characters or a dash in front',
    'take another name',
  )
}

function serverOf(flags: AddFlags, [first, ...rest]: readonly string[]): object {
  if (first === undefined) {
    const fix =
      'write one: keepup mcp add NAME -- npx -y @scope/server, or keepup mcp add NAME https://HOST/mcp'
    throw usageError('there is no program and no URL', fix)
  }
  return /^https?:\/\//i.test(first) ? remoteServer(flags, first, rest) : program(flags, first, rest)
}

function remoteServer(
  { env, header, transport = 'http' }: AddFlags,
  url: string,
  rest: readonly string[],
): object {
  if (rest.length > 0 || env !== undefined) {
    throw usageError(
      'a server by URL has no arguments and no variables',
      'leave them out; secrets go into --header',
    )
  }
  const headers = pairs(header ?? [], ':', "--header 'Name: value'")
  return { type: transport, url, ...(header === undefined ? {} : { headers }) }
}

function program({ env, header, transport }: AddFlags, command: string, args: readonly string[]): object {
  if (header !== undefined || transport !== undefined) {
    throw usageError('a program has no headers and no transport', 'leave them out; secrets go into --env')
  }
  return { command, args, ...(env === undefined ? {} : { env: pairs(env, '=', '--env NAME=VALUE') }) }
}

function pairs(
  texts: readonly string[],
  between: string,
  expected: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf(between)
      if (at <= 0)
        throw usageError(`"${text.slice(0, Math.max(0, at))}" has no name and value`, `write ${expected}`)
      return [text.slice(0, at).trim(), text.slice(at + 1).trim()]
    }),
  )
}

/** Names of what looks like a secret, for its value is no variable. */
function secretsIn({ env = [], header = [] }: AddFlags): readonly string[] {
  return [...env, ...header]
    .filter(
      (text) =>
        /key|token|secret|password|authorization/i.test(text.split(/[=:]/)[0] ?? '') && !text.includes('${'),
    )
    .map((text) => text.split(/[=:]/)[0] ?? '')
}
