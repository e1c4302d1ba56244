import type { ConfigurationProgram } from './written-server.ts'

/**
 * What a field of a server means. `seconds` and `milliseconds` are the time for a call. `ignored`: known, and without a meaning here. `permission`: calls that are
 * to run unasked, which rules say here.
 */
export type FieldRole =
  | 'type'
  | 'command'
  | 'command-line'
  | 'args'
  | 'env'
  | 'cwd'
  | 'env-file'
  | 'url'
  | 'http-url'
  | 'headers'
  | 'enabled'
  | 'disabled'
  | 'seconds'
  | 'milliseconds'
  | 'start-milliseconds'
  | 'timeouts'
  | 'tools'
  | 'allowed-tools'
  | 'denied-tools'
  | 'trusted'
  | 'trust'
  | 'oauth'
  | 'permission'
  | 'ignored'

/** How a program writes its servers. */
export interface ConfigurationShape {
  /** The fields of the file under which its servers stand by their names; the first that is there counts. */
  readonly keys: readonly string[]
  readonly fields: Readonly<Record<string, FieldRole>>
  /** What a `url` without a `type` means. */
  readonly url: 'http' | 'sse'
}

const program = { type: 'type', command: 'command', args: 'args', env: 'env' } as const
const remote = { url: 'url', headers: 'headers' } as const

/** The fields of each program's servers, from its documentation. A field that is not here is told as unknown. */
export const configurationShapes: Readonly<Record<ConfigurationProgram, ConfigurationShape>> = {
  keepup: {
    keys: ['servers', 'mcpServers'],
    url: 'http',
    fields: {
      ...program,
      ...remote,
      cwd: 'cwd',
      envFile: 'env-file',
      enabled: 'enabled',
      timeouts: 'timeouts',
      tools: 'tools',
      trust: 'trust',
      oauth: 'oauth',
      description: 'ignored',
    },
  },
  claude: {
    keys: ['mcpServers'],
    url: 'http',
    fields: {
      ...program,
      ...remote,
      cwd: 'cwd',
      timeout: 'milliseconds',
      oauth: 'oauth',
      disabled: 'disabled',
      alwaysLoad: 'ignored',
      description: 'ignored',
    },
  },
  'claude-desktop': { keys: ['mcpServers'], url: 'http', fields: { ...program, ...remote } },
  cursor: {
    keys: ['mcpServers'],
    url: 'http',
    fields: { ...program, ...remote, envFile: 'env-file', cwd: 'cwd', auth: 'oauth', disabled: 'disabled' },
  },
  vscode: {
    keys: ['servers'],
    url: 'http',
    fields: {
      ...program,
      ...remote,
      cwd: 'cwd',
      envFile: 'env-file',
      dev: 'ignored',
      gallery: 'ignored',
      version: 'ignored',
    },
  },
  cline: {
    keys: ['mcpServers'],
    url: 'sse',
    fields: {
      ...program,
      ...remote,
      cwd: 'cwd',
      transportType: 'type',
      disabled: 'disabled',
      timeout: 'seconds',
      autoApprove: 'permission',
      alwaysAllow: 'permission',
    },
  },
  gemini: {
    keys: ['mcpServers'],
    url: 'sse',
    fields: {
      ...program,
      ...remote,
      cwd: 'cwd',
      httpUrl: 'http-url',
      timeout: 'milliseconds',
      trust: 'trusted',
      includeTools: 'allowed-tools',
      excludeTools: 'denied-tools',
      oauth: 'oauth',
      description: 'ignored',
      extension: 'ignored',
    },
  },
  opencode: {
    keys: ['mcp'],
    url: 'http',
    fields: {
      type: 'type',
      command: 'command-line',
      environment: 'env',
      cwd: 'cwd',
      ...remote,
      enabled: 'enabled',
      timeout: 'start-milliseconds',
      oauth: 'oauth',
    },
  },
}
