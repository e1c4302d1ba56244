import { buildCommand, buildRouteMap } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import type { DoctorFlags } from '../commands/doctor.ts'
import type { InitFlags } from '../commands/init.ts'
import { jsonFlag, type RunFlags, runFlags, storePlaceFlags, textFlag } from './run-flags.ts'

/** `keepup init [folder]` */
export const initRoute = buildCommand<InitFlags, [string?], CommandLine>({
  loader: async () => performs((await import('../commands/init.ts')).init),
  parameters: {
    flags: {
      cwd: textFlag('Folder to write it in (default: here)', 'folder'),
      template: textFlag('Write a whole project; list shows from what', 'name'),
    },
    aliases: { C: 'cwd', t: 'template' },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'Folder of the project (default: here)',
          parse: String,
          placeholder: 'folder',
          optional: true,
        },
      ],
    },
  },
  docs: {
    brief: 'Write a keepup.json to start from, or a project from a template',
    customUsage: ['', '--template name [folder]', '--template list'],
  },
})

const explainRoute = buildCommand<RunFlags, [], CommandLine>({
  loader: async () => performs((await import('../commands/config-explain.ts')).configExplain),
  parameters: { flags: { ...runFlags, json: jsonFlag('Print JSON') }, aliases: { m: 'model', C: 'cwd' } },
  docs: { brief: 'Show every setting and where it comes from', customUsage: ['[flags of run]'] },
})

/** `keepup config explain` */
export const configRoutes = buildRouteMap<'explain', CommandLine>({
  routes: { explain: explainRoute },
  docs: { brief: 'Look at the settings' },
})

/** `keepup doctor` */
export const doctorRoute = buildCommand<DoctorFlags, [], CommandLine>({
  loader: async () => performs((await import('../commands/doctor.ts')).doctor),
  parameters: {
    flags: {
      ...storePlaceFlags,
      cwd: textFlag('Folder that the agent would work in (default: here)', 'folder'),
      json: jsonFlag('Print JSON'),
      try: jsonFlag('Also ask the model for a word, and start MCP servers'),
    },
    aliases: { C: 'cwd' },
  },
  docs: { brief: 'Check what keepup needs, and say how to mend what is missing' },
})

/** `keepup schema [name]` */
export const schemaRoute = buildCommand<object, [string?], CommandLine>({
  loader: async () => performs((await import('../schema/schema.ts')).schema),
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'Of which kind of file (default: list them)',
          parse: String,
          placeholder: 'name',
          optional: true,
        },
      ],
    },
  },
  docs: {
    brief: 'Print the JSON Schema of a kind of file that keepup reads',
    fullDescription: [
      'Prints a JSON Schema (2020-12), for editors, for models that write such files,',
      'and for checks. A file may name its schema in "$schema".',
      '',
      '  keepup schema agent > agent.schema.json',
    ].join('\n'),
  },
})

/** `keepup models [provider]` */
export const modelsRoute = buildCommand<{ readonly json: boolean }, [string?], CommandLine>({
  loader: async () => performs((await import('../commands/models.ts')).models),
  parameters: {
    flags: { json: jsonFlag('Print lines of JSON') },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Only its models', parse: String, placeholder: 'provider', optional: true }],
    },
  },
  docs: { brief: 'List the providers, or the models of one' },
})

/** `keepup demo` */
export const demoRoute = buildCommand<object, [], CommandLine>({
  loader: async () => performs((await import('../commands/demo.ts')).demo),
  parameters: {},
  docs: { brief: 'Watch an agent survive a kill -9, without an account' },
})

/** `keepup complete SHELL` */
export const completeRoute = buildCommand<object, [string], CommandLine>({
  loader: async () => performs((await import('../commands/complete.ts')).complete),
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'bash, zsh, fish or powershell', parse: String, placeholder: 'shell' }],
    },
  },
  docs: {
    brief: 'Print completions for a shell',
    fullDescription: [
      'Prints a script that completes commands, flags and threads:',
      '',
      '  bash: keepup complete bash >> ~/.bashrc',
      '  zsh:  keepup complete zsh > ~/.keepup.zsh && echo "source ~/.keepup.zsh" >> ~/.zshrc',
      '  fish: keepup complete fish > ~/.config/fish/completions/keepup.fish',
    ].join('\n'),
  },
})
