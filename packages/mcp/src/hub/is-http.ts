import type { HttpTransport, ServerDefinition } from '../server-definition.ts'

/** Whether a definition with this transport is of a server that is reached by HTTP. */
export function isHttp(
  definition: ServerDefinition,
  transport: ServerDefinition['transport'],
): definition is ServerDefinition & { readonly transport: HttpTransport } {
  return definition.transport === transport && transport.type !== 'stdio'
}
