import { buildCommand, buildRouteMap } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import { jsonFlag, textFlag } from './run-flags.ts'

/** The flags of commands about roles. */
export interface RoleFlags {
  readonly cwd?: string
  readonly json: boolean
}

/** The flags of `keepup roles import`. */
export interface RoleImportFlags {
  readonly from?: string
  readonly write: boolean
  readonly force: boolean
  readonly json: boolean
}

const flags = {
  cwd: textFlag('Folder that the agent would work in (default: here)', 'folder'),
  json: jsonFlag('Print JSON'),
}

const listRoute = buildCommand<RoleFlags, [], CommandLine>({
  loader: async () => performs((await import('../roles/roles-list.ts')).rolesList),
  parameters: { flags, aliases: { C: 'cwd' } },
  docs: {
    brief: 'Show the roles that are there, where they come from, and what is wrong with any',
    fullDescription: [
      'Shows the roles of keepup, Claude Code, opencode, Copilot and VS Code, Roo and',
      'Kilo, and CrewAI, of the user and of the project. Nothing of them is run.',
      '',
      '  keepup run --role reviewer "Look at the last commit"',
    ].join('\n'),
  },
})

const showRoute = buildCommand<RoleFlags, [string], CommandLine>({
  loader: async () => performs((await import('../roles/roles-show.ts')).rolesShow),
  parameters: {
    flags,
    aliases: { C: 'cwd' },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'The role', parse: String, placeholder: 'name' }],
    },
  },
  docs: { brief: 'Show one role: what it is told, what it may use, what of its file is not followed' },
})

const importRoute = buildCommand<RoleImportFlags, [string], CommandLine>({
  loader: async () => performs((await import('../roles/roles-import.ts')).rolesImport),
  parameters: {
    flags: {
      from: textFlag('Whose file it is (default: told from its name)', 'format'),
      write: jsonFlag('Keep the roles: ~/.config/keepup/roles/NAME.json'),
      force: jsonFlag('Replace roles of the same name'),
      json: flags.json,
    },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'The file, or the folder of a project', parse: String, placeholder: 'path' }],
    },
  },
  docs: {
    brief: "Turn other programs' agents and modes into roles",
    customUsage: ['[flags] path'],
    fullDescription: [
      'Reads agents, modes and crews of other programs, and prints them as roles. What',
      "has no counterpart is told. With --write they are kept as the user's own.",
      '',
      '  keepup roles import .claude/agents/reviewer.md --write',
    ].join('\n'),
  },
})

/** `keepup roles list|show|import` */
export const roleRoutes = buildRouteMap<'import' | 'list' | 'show', CommandLine>({
  routes: { list: listRoute, show: showRoute, import: importRoute },
  docs: { brief: 'Who an agent is: roles of keepup and of other programs' },
})
