import { buildCommand, buildRouteMap } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import { jsonFlag, settingFlag, textFlag } from './run-flags.ts'

/** The flags of every command about hooks. */
export interface HookFlags {
  readonly hooks?: string
  readonly cwd?: string
  readonly json: boolean
}

const flags = {
  hooks: settingFlag('hooks'),
  cwd: textFlag('Folder that the agent would work in (default: here)', 'folder'),
  json: jsonFlag('Print JSON'),
}

const listRoute = buildCommand<HookFlags, [], CommandLine>({
  loader: async () => performs((await import('../commands/hooks-list.ts')).hooksList),
  parameters: { flags, aliases: { C: 'cwd' } },
  docs: {
    brief: 'Show which hooks are configured, where, and whether they are run',
    fullDescription: [
      'Shows the hooks of ~/.config/keepup/hooks.json and .keepup/hooks.json (written as',
      'Claude Code writes them), and with --hooks those of other programs from their',
      'usual places. Those of a project are run only once you have approved them.',
    ].join('\n'),
  },
})

const trustRoute = buildCommand<HookFlags, [string?], CommandLine>({
  loader: async () => performs((await import('../commands/hooks-trust.ts')).hooksTrust),
  parameters: {
    flags,
    aliases: { C: 'cwd' },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'Only those whose digest begins so (default: all of the project)',
          parse: String,
          placeholder: 'digest',
          optional: true,
        },
      ],
    },
  },
  docs: { brief: "Approve a project's hooks, as they are now", customUsage: ['[flags] [digest]'] },
})

interface TestFlags extends HookFlags {
  readonly tool?: string
  readonly input?: string
  readonly text?: string
}

const testRoute = buildCommand<TestFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/hooks-test.ts')).hooksTest),
  parameters: {
    flags: {
      ...flags,
      tool: textFlag('The tool of the call (default: shell)', 'name'),
      input: textFlag('The input of the call, as JSON', 'json'),
      text: textFlag('The prompt, answer, output or notice', 'text'),
    },
    aliases: { C: 'cwd' },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'tool-requested, PreToolUse, ...', parse: String, placeholder: 'moment' }],
    },
  },
  docs: {
    brief: 'Run the hooks on an event that is made up, and show what they say',
    fullDescription: [
      'Runs the hooks that a run would, and prints their verdict and what failed.',
      '',
      '  keepup hooks test PreToolUse --tool shell --input \'{"command": "git push"}\'',
    ].join('\n'),
  },
})

/** `keepup hooks list|trust|test` */
export const hookRoutes = buildRouteMap<'list' | 'trust' | 'test', CommandLine>({
  routes: { list: listRoute, trust: trustRoute, test: testRoute },
  docs: { brief: 'Look at hooks, approve them, try them' },
})
