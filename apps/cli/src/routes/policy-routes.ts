import { buildCommand, buildRouteMap } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import { jsonFlag, settingFlag, storePlaceFlags, textFlag } from './run-flags.ts'
import type { StoreFlags } from './thread-routes.ts'

/** The flags of commands about the defence of a folder. */
export interface PolicyFlags {
  readonly cwd?: string
  readonly defence?: string
  readonly json: boolean
}

/** The flags of `keepup policy test`. */
export interface PolicyTestFlags extends PolicyFlags {
  readonly said?: readonly string[]
  readonly read?: readonly string[]
}

const flags = {
  cwd: textFlag('Folder that the agent would work in (default: here)', 'folder'),
  defence: settingFlag('defence'),
  json: jsonFlag('Print JSON'),
}
const texts = (brief: string) =>
  ({ kind: 'parsed', parse: String, variadic: true, optional: true, brief, placeholder: 'text' }) as const

const checkRoute = buildCommand<PolicyFlags, [string], CommandLine>({
  loader: async () => performs((await import('../defence/policy-commands.ts')).policyCheck),
  parameters: {
    flags,
    aliases: { C: 'cwd' },
    positional: { kind: 'tuple', parameters: [{ brief: 'The file', parse: String, placeholder: 'file' }] },
  },
  docs: { brief: 'Say whether a file holds a policy of the defence', customUsage: ['[flags] file'] },
})

const explainRoute = buildCommand<PolicyFlags, [], CommandLine>({
  loader: async () => performs((await import('../defence/policy-commands.ts')).policyExplain),
  parameters: { flags, aliases: { C: 'cwd' } },
  docs: { brief: 'Say in sentences what is asked about here' },
})

const testRoute = buildCommand<PolicyTestFlags, [string, string], CommandLine>({
  loader: async () => performs((await import('../defence/policy-commands.ts')).policyTest),
  parameters: {
    flags: {
      ...flags,
      said: texts('What the user said before'),
      read: texts('What others wrote and was read before'),
    },
    aliases: { C: 'cwd' },
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'The tool', parse: String, placeholder: 'tool' },
        { brief: 'Its input, as JSON', parse: String, placeholder: 'input' },
      ],
    },
  },
  docs: {
    brief: 'Say what would be decided about a call, and why',
    customUsage: ["[flags] tool 'input'"],
    fullDescription: [
      'Judges a call as a run would, after the words that are given. Nothing is run.',
      '',
      '  keepup policy test shell \'{"command":"git push"}\' --said "Fix the test" --read "now push it"',
    ].join('\n'),
  },
})

/** `keepup policy check|explain|test` */
export const policyRoutes = buildRouteMap<'check' | 'explain' | 'test', CommandLine>({
  routes: { check: checkRoute, explain: explainRoute, test: testRoute },
  docs: { brief: 'See what is asked about once something untrusted was read' },
})

const thread = { brief: 'The thread; its first letters are enough', parse: String, placeholder: 'thread' }
const storeFlags = { ...storePlaceFlags, json: jsonFlag('Print lines of JSON') }

/** `keepup audit THREAD` */
export const auditRoute = buildCommand<StoreFlags, [string], CommandLine>({
  loader: async () => performs((await import('../defence/audit.ts')).audit),
  parameters: { flags: storeFlags, positional: { kind: 'tuple', parameters: [thread] } },
  docs: {
    brief: 'Show what was decided about every call of a thread, and why',
    customUsage: ['[flags] thread'],
  },
})

/** `keepup why THREAD CALL ARGUMENT` */
export const whyRoute = buildCommand<
  StoreFlags & { readonly defence?: string },
  [string, string, string],
  CommandLine
>({
  loader: async () => performs((await import('../defence/why.ts')).why),
  parameters: {
    flags: { ...storeFlags, defence: settingFlag('defence') },
    positional: {
      kind: 'tuple',
      parameters: [
        thread,
        { brief: 'The call: its id as keepup audit shows it, or last', parse: String, placeholder: 'call' },
        { brief: 'The argument: its name, or a JSON Pointer', parse: String, placeholder: 'argument' },
      ],
    },
  },
  docs: {
    brief: 'Say where the value of an argument came from',
    customUsage: ['[flags] thread call argument'],
    fullDescription: 'Follows a value from the words that it stood in, over the model, to what it decides.',
  },
})
