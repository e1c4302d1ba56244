import type { Command, CommandContext, RouteMap } from '@stricli/core'

import { createApplication } from '../application.ts'

/** A flag, as it is typed: `--name` and what follows it. */
export interface CommandFlag {
  readonly name: string
  readonly alias?: string
  readonly brief: string
  /** What follows the flag; nothing follows a switch. */
  readonly placeholder?: string
  /** All that may follow, where it can be listed. */
  readonly values?: readonly string[]
  readonly required?: true
  readonly repeatable?: true
}

/** A word after the command. */
export interface CommandArgument {
  readonly name: string
  readonly brief: string
  readonly required?: true
  readonly repeatable?: true
}

/** A command that does something: `keepup graph run`. */
export interface CommandRow {
  /** What is typed after `keepup`. */
  readonly words: string
  readonly brief: string
  /** How it is typed, one form a line; what stands behind `#` says what that form does. */
  readonly usage: readonly string[]
  /** What its help says beyond the first line. */
  readonly description?: string
  readonly flags: readonly CommandFlag[]
  readonly arguments: readonly CommandArgument[]
}

type Target = Command<CommandContext> | RouteMap<CommandContext>
type Parameters = Command<CommandContext>['parameters']
type Flag = NonNullable<Parameters['flags']>[string]

/** Every command of the program, read from the routes that its parser follows, in the order of its help. */
export function commandTable(): readonly CommandRow[] {
  return rowsOf(createApplication({ NO_COLOR: '1' }).root as Target, []) // No command is called: what a call would be given does not matter.
}

function rowsOf(target: Target, words: readonly string[]): readonly CommandRow[] {
  if ('parameters' in target) return [rowOf(target, words)]
  return target
    .getAllEntries()
    .filter(({ hidden }) => !hidden)
    .flatMap(({ name, target: next }) => rowsOf(next, [...words, name['convert-camel-to-kebab']]))
}

function rowOf(command: Command<CommandContext>, words: readonly string[]): CommandRow {
  const { brief, fullDescription, parameters } = command
  const { flags = {}, aliases = {} } = parameters
  const letters = new Map(Object.entries(aliases).map(([letter, name]) => [name, letter]))
  return {
    words: words.join(' '),
    brief,
    usage: usageOf(command, words),
    ...(fullDescription === undefined ? {} : { description: fullDescription }),
    flags: Object.entries(flags).map(([name, flag]) => flagOf(name, letters.get(name), flag)),
    arguments: argumentsOf(parameters),
  }
}

function usageOf(command: Command<CommandContext>, words: readonly string[]): readonly string[] {
  const help = command.formatHelp({
    ...helpSettings,
    prefix: ['keepup', ...words],
  })
  const [, usage = ''] = /^USAGE\n((?: {2}.*\n)+)/.exec(help) ?? []
  return usage
    .replaceAll(/\n {4}(?=\S)/g, '   # ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.endsWith(' --help'))
}

const headers = {
  usage: 'USAGE',
  aliases: 'ALIASES',
  commands: 'COMMANDS',
  flags: 'FLAGS',
  arguments: 'ARGUMENTS',
}

const helpSettings = {
  config: {
    useAliasInUsageLine: false,
    onlyRequiredInUsageLine: true,
    caseStyle: 'convert-camel-to-kebab',
    disableAnsiColor: true,
    alwaysShowHelpAllFlag: false,
  },
  ansiColor: false,
  additionalFlags: [],
  includeArgumentEscapeSequenceFlag: false,
  includeHidden: false,
  text: {
    headers,
    keywords: { default: 'default =', separator: 'separator =' },
    briefs: { help: '', helpAll: '', version: '', argumentEscapeSequence: '' },
  },
} as const

function flagOf(name: string, alias: string | undefined, flag: Flag): CommandFlag {
  const values = flag.kind === 'enum' ? flag.values : undefined
  return {
    name: name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    ...(alias === undefined ? {} : { alias }),
    brief: flag.brief,
    ...(flag.kind === 'boolean' ? {} : { placeholder: flag.placeholder ?? values?.join('|') ?? 'value' }),
    ...(values === undefined ? {} : { values }),
    ...(mayBeLeftOut(flag) ? {} : { required: true as const }),
    ...('variadic' in flag && Boolean(flag.variadic) ? { repeatable: true as const } : {}),
  }
}

function mayBeLeftOut(flag: Flag): boolean {
  return flag.optional === true || ('default' in flag && flag.default !== undefined)
}

function argumentsOf({ positional }: Parameters): readonly CommandArgument[] {
  if (positional === undefined) return []
  if (positional.kind === 'array') {
    const { brief, placeholder = 'words' } = positional.parameter
    const required = (positional.minimum ?? 0) > 0 ? { required: true as const } : {}
    return [{ name: placeholder, brief, ...required, repeatable: true }]
  }
  return positional.parameters.map(({ brief, placeholder = 'word', optional, default: usual }) => ({
    name: placeholder,
    brief,
    ...(optional === true || usual !== undefined ? {} : { required: true as const }),
  }))
}
