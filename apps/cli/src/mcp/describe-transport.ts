import { movingPackage, type WrittenServer, type WrittenTransport } from '@keepup/mcp/configuration'

import { shellWords } from '../shell-words.ts'
import { safeLine } from '../terminal/safe-text.ts'

/** How a server is reached, in a line, as it is written: secrets that stand elsewhere are not in it. */
export function describeTransport(transport: WrittenTransport): string {
  if (transport.type !== 'stdio') return safeLine(`${transport.type} ${transport.url}`)
  return safeLine(shellWords([transport.command, ...transport.args]))
}

/** All that a person approves of a server, a line each. Values of variables are shown as they are written, for they are approved too. */
export function describeWhole({ transport, oauth }: WrittenServer): readonly string[] {
  const login = oauth === undefined ? [] : [`  logs in with ${JSON.stringify(oauth)}`]
  const moving = movingPackage(transport)
  const newest =
    moving === undefined ? [] : [`  which is ${moving} in whatever version is published when it is started`]
  return [...describeWay(transport), ...newest, ...login].map(safeLineOf)
}

function describeWay(transport: WrittenTransport): readonly string[] {
  if (transport.type !== 'stdio') {
    const headers = Object.entries(transport.headers).map(([name, value]) => `  header ${name}: ${value}`)
    return [`  ${transport.type} ${transport.url}`, ...headers]
  }
  const { env, cwd, envFile } = transport
  return [
    `  runs ${describeTransport(transport)}`,
    ...Object.entries(env).map(([name, value]) => `  with ${name}=${value}`),
    ...(envFile === undefined ? [] : [`  with the variables of ${envFile}`]),
    ...(cwd === undefined ? [] : [`  in ${cwd}`]),
  ]
}

function safeLineOf(line: string): string {
  return `  ${safeLine(line)}`
}
