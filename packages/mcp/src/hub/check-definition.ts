import { isAbsolute } from 'node:path'

import type { HttpTransport, ServerDefinition, StdioTransport } from '../server-definition.ts'

/** What is wrong with a definition, and what to do; `undefined`: nothing. Types promise most of it; what was read from a file may not keep it. */
export function definitionFault({ name, transport }: ServerDefinition): string | undefined {
  if (name.trim() === '' || name.length > 100 || /\p{Cc}/u.test(name)) {
    return 'its name must be 1 to 100 characters without control characters. Rename it.'
  }
  return transport.type === 'stdio' ? processFault(transport) : urlFault(transport)
}

/** Whether a definition is switched on, and nothing is wrong with it. */
export function isUsable(definition: ServerDefinition): boolean {
  return definition.enabled && definitionFault(definition) === undefined
}

function processFault({ command, args, env, cwd }: StdioTransport): string | undefined {
  if (command.trim() === '') return 'it has no command. Give the program that starts it.'
  if ([command, ...args, ...Object.entries(env).flat()].some((text) => text.includes('\0'))) {
    return 'its command, arguments or environment hold a NUL. Remove it.'
  }
  if (Object.keys(env).some((variable) => variable === '' || variable.includes('='))) {
    return 'a name in its environment is empty or holds "=". Rename it.'
  }
  if (cwd !== undefined && !isAbsolute(cwd))
    return `its folder "${cwd}" is not absolute. Give the whole path.`
  return undefined
}

function urlFault({ url, headers }: HttpTransport): string | undefined {
  const parsed = URL.parse(url)
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) {
    return 'its URL is none of http or https. Give the whole URL.'
  }
  if (parsed.username !== '' || parsed.password !== '') {
    return 'its URL holds a name or a password. Set a header instead.'
  }
  try {
    void new Headers(headers)
    return undefined
  } catch {
    return `one of its headers (${Object.keys(headers).join(', ')}) is no header. Check names and line ends.`
  }
}
