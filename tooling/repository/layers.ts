/**
 * The rooms of the house, lowest first. A package imports only packages of earlier lines, never one of its own line.
 * Apps stand above all of them. Each new package is added to its line.
 */
export const layers: readonly (readonly string[])[] = [
  ['core'],
  ['checkpoint', 'database-postgres', 'database-sqlite', 'keychain', 'network', 'shell', 'testing'],
  [
    'a2a',
    'agents',
    'checkpoint-postgres',
    'checkpoint-sqlite',
    'cluster',
    'graph',
    'hooks',
    'langgraph-saver',
    'loop',
    'mcp',
    'mcp-security',
    'memory',
    'models',
    'permissions',
    'roles',
    'telemetry',
    'toolkit',
    'tools',
    'workspace',
  ],
  ['runtime'],
  ['acp', 'server'],
]

/** The line of a package, by its full name; -1 for a package that is not ours. */
export function layerOf(name: string): number {
  return layers.findIndex((layer) => layer.some((short) => name === `@keepup/${short}`))
}
