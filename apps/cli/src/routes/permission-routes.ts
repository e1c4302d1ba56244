import { buildCommand, buildRouteMap } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import { jsonFlag, settingFlag, textFlag } from './run-flags.ts'

/** The flags of commands about a folder's permissions. */
export interface PermissionFlags {
  readonly cwd?: string
  readonly json: boolean
}

const flags = {
  cwd: textFlag('Folder that the agent would work in (default: here)', 'folder'),
  json: jsonFlag('Print JSON'),
}

/** The flags of `keepup permissions explain`. */
export interface ExplainFlags extends PermissionFlags {
  readonly profile?: 'read-only' | 'developer'
  readonly rules?: string
  readonly mode?: string
  readonly batch: boolean
}

const explainRoute = buildCommand<ExplainFlags, string[], CommandLine>({
  loader: async () => performs((await import('../commands/permissions-explain.ts')).permissionsExplain),
  parameters: {
    flags: {
      ...flags,
      profile: {
        kind: 'enum',
        values: ['read-only', 'developer'],
        optional: true,
        brief: 'Judge by a shipped profile alone',
      },
      rules: textFlag("Judge by these rules alone: keepup's, or another agent's", 'file'),
      mode: settingFlag('mode'),
      batch: jsonFlag('Read {"command": "..."} a line, answer each with a line of JSON'),
    },
    aliases: { C: 'cwd' },
    positional: {
      kind: 'array',
      parameter: { brief: 'The command, quoted', parse: String, placeholder: 'command' },
    },
  },
  docs: {
    brief: 'Say what would happen with a shell command, and why',
    customUsage: ["[flags] -- 'command'"],
    fullDescription: [
      'Says whether a shell command would run, be asked about or be denied, what it',
      'touches, and which rule says so. Nothing is run. Exits 0 whatever the decision.',
      'Without --profile and --rules: what would happen here and now, by the mode and',
      'the rules that hold in this folder.',
      '',
      "  keepup permissions explain -- 'rm -rf build'",
      "  keepup permissions explain --profile read-only --json -- 'git log -p'",
      '  keepup permissions explain --rules .claude/settings.json --batch < commands.jsonl',
    ].join('\n'),
  },
})

/** The flags of `keepup permissions import`. */
export interface ImportFlags {
  readonly from?: 'claude' | 'opencode' | 'gemini' | 'codex' | 'cline'
  readonly write: boolean
  readonly json: boolean
}

const importRoute = buildCommand<ImportFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/permissions-import.ts')).permissionsImport),
  parameters: {
    flags: {
      from: {
        kind: 'enum',
        values: ['claude', 'opencode', 'gemini', 'codex', 'cline'],
        optional: true,
        brief: 'Whose file it is (default: told from its name and shape)',
      },
      write: jsonFlag('Let the rules hold from now on: ~/.config/keepup/permissions.d/NAME.json'),
      json: flags.json,
    },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'The file', parse: String, placeholder: 'file' }],
    },
  },
  docs: {
    brief: "Turn another agent's permissions into rules",
    customUsage: ['[flags] file'],
    fullDescription: [
      "Reads Claude Code's settings.json, opencode's opencode.json, Gemini CLI's policy",
      "TOML, Codex's .rules and the allow-lists of Roo and Cline, and prints them as",
      'rules. What cannot be said is told; a denial that cannot be said asks instead.',
      '',
      '  keepup permissions import ~/.claude/settings.json --write',
    ].join('\n'),
  },
})

const listRoute = buildCommand<PermissionFlags, [], CommandLine>({
  loader: async () => performs((await import('../commands/permissions-list.ts')).permissionsList),
  parameters: { flags, aliases: { C: 'cwd' } },
  docs: { brief: 'Show the rules that hold here, and what was allowed for good' },
})

const forgetRoute = buildCommand<PermissionFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/permissions-forget.ts')).permissionsForget),
  parameters: {
    flags,
    aliases: { C: 'cwd' },
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'Its id, as keepup permissions list shows it', parse: String, placeholder: 'id' },
      ],
    },
  },
  docs: { brief: 'Ask again about something that was allowed for good' },
})

/** `keepup permissions explain|import|list|forget` */
export const permissionRoutes = buildRouteMap<'explain' | 'import' | 'list' | 'forget', CommandLine>({
  routes: { explain: explainRoute, import: importRoute, list: listRoute, forget: forgetRoute },
  docs: { brief: 'See what may run and why, and bring rules from elsewhere' },
})
