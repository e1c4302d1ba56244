import { homedir } from 'node:os'
import { join } from 'node:path'

import type { ConfigurationPlace, ConfigurationProgram } from './written-server.ts'

/** Where configurations are looked for. */
export interface PlaceOptions {
  /** The folder that the agent works in, absolute. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The folder of the person's own configuration of keepup; `~/.config/keepup` when left out. */
  readonly own?: string
  /** Whose other configurations are read. */
  readonly include?: readonly ConfigurationProgram[]
  readonly platform?: NodeJS.Platform
}

/** Where each program keeps a person's own servers. */
type UserFiles = Readonly<Record<ConfigurationProgram, readonly string[]>>

/**
 * Every file that may configure servers, those that count most first: keepup's own and the `.mcp.json` of the folder always, those of other programs where they
 * are included. One server that is configured twice is the one of the earlier file: what a person wrote beats what came with a project, for what is nearer to
 * this folder, and then by the order of the programs.
 */
export function configurationPlaces(options: PlaceOptions): readonly ConfigurationPlace[] {
  const { folder, include = [] } = options
  const files = userFiles(options)
  const others = include.filter((program) => program !== 'keepup')
  const user = ['keepup' as const, ...others].flatMap((program) =>
    files[program].map((file): ConfigurationPlace => ({ program, scope: 'user', file })),
  )
  const local = others.includes('claude')
    ? files.claude.map((file): ConfigurationPlace => ({ program: 'claude', scope: 'local', file, folder }))
    : []
  const project = ['keepup' as const, 'claude' as const, ...others.filter((one) => one !== 'claude')].flatMap(
    (program) =>
      projectFiles[program].map((file): ConfigurationPlace => ({
        program,
        scope: 'project',
        file: join(folder, file),
      })),
  )
  return [...local, ...user, ...project]
}

/** The file of a person's own servers. */
export function ownFile({ own, environment }: Pick<PlaceOptions, 'own' | 'environment'>): string {
  return join(own ?? join(configHome(environment), 'keepup'), 'mcp.json')
}

const projectFiles: UserFiles = {
  keepup: ['.keepup/mcp.json'],
  claude: ['.mcp.json'],
  'claude-desktop': [],
  cursor: ['.cursor/mcp.json'],
  vscode: ['.vscode/mcp.json'],
  cline: [],
  gemini: ['.gemini/settings.json'],
  opencode: ['opencode.json', 'opencode.jsonc'],
}

function userFiles(options: PlaceOptions): UserFiles {
  const { environment, platform = process.platform } = options
  const home = environment['HOME'] || homedir()
  const at = (...names: readonly string[]): string => join(home, ...names)
  const applications = applicationFolder(environment, platform, home)
  const code = join(applications, 'Code', 'User')
  const claude = environment['CLAUDE_CONFIG_DIR']
  return {
    keepup: [ownFile(options)],
    claude: [claude ? join(claude, '.claude.json') : at('.claude.json')],
    'claude-desktop': [join(applications, 'Claude', 'claude_desktop_config.json')],
    cursor: [at('.cursor', 'mcp.json')],
    vscode: [join(code, 'mcp.json')],
    cline: [
      join(code, 'globalStorage', 'saoudrizwan.claude-dev', 'settings', 'cline_mcp_settings.json'),
      at('.cline', 'data', 'settings', 'cline_mcp_settings.json'),
    ],
    gemini: [at('.gemini', 'settings.json')],
    opencode: ['opencode.json', 'opencode.jsonc'].map((file) =>
      join(configHome(environment), 'opencode', file),
    ),
  }
}

function configHome(environment: PlaceOptions['environment']): string {
  return environment['XDG_CONFIG_HOME'] || join(environment['HOME'] || homedir(), '.config')
}

/** Where a system keeps what programs with windows are configured by. */
function applicationFolder(
  environment: PlaceOptions['environment'],
  platform: NodeJS.Platform,
  home: string,
): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support')
  if (platform === 'win32') return environment['APPDATA'] || join(home, 'AppData', 'Roaming')
  return configHome(environment)
}
