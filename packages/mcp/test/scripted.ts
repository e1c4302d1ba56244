import { fileURLToPath } from 'node:url'

import type { ServerDefinition } from '@keepup/mcp'

/** A server of the tests: what it does its first argument says, what it notes goes to the file of the second. */
export function scripted(...args: readonly string[]): ServerDefinition['transport'] {
  const file = fileURLToPath(new URL('servers/scripted-stdio.mjs', import.meta.url))
  return { type: 'stdio', command: process.execPath, args: [file, ...args], env: {} }
}

/** A definition with what tests do not care for. */
export function server(
  name: string,
  transport: ServerDefinition['transport'],
  more: Partial<ServerDefinition> = {},
): ServerDefinition {
  return { name, transport, enabled: true, source: { scope: 'user' }, ...more }
}
