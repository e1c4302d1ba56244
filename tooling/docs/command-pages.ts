import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

import { repositoryRoot } from '@keepup/repository/repository-root'
import { format } from 'oxfmt'

import { literal, markdownTable } from './markdown-table.ts'
import { page } from './tool-page.ts'

/** Where the pages of the command line lie, relative to the repository. */
export const commandsFolder = 'docs/cli'

/** A flag or an argument, as `keepup schema commands` prints it. */
interface Parameter {
  readonly name: string
  readonly alias?: string
  readonly brief: string
  readonly placeholder?: string
  readonly required?: boolean
  readonly repeatable?: boolean
}

/** A command, as `keepup schema commands` prints it. */
interface Command {
  readonly words: string
  readonly brief: string
  readonly usage: readonly string[]
  readonly description?: string
  readonly flags: readonly Parameter[]
  readonly arguments: readonly Parameter[]
}

/** Every page of the command line, by its file name, as the formatter leaves it: one for each word that may follow `keepup`, and the list of them. */
export async function commandPages(): Promise<ReadonlyMap<string, string>> {
  const groups = Map.groupBy(readCommands(), ({ words }) => words.split(' ')[0] ?? '')
  const pages = [
    ['README.md', listPage(groups)] as const,
    ...[...groups].map(([name, commands]) => [`${name}.md`, commandPage(name, commands)] as const),
  ]
  return new Map(
    await Promise.all(pages.map(async ([name, text]) => [name, await formatted(name, text)] as const)),
  )
}

/** Asks the program itself, so that nothing here knows how it is made. */
function readCommands(): readonly Command[] {
  const program = join(repositoryRoot, 'apps/cli/src/main.ts')
  const printed = execFileSync(
    process.execPath,
    ['--conditions=@keepup/source', program, 'schema', 'commands'],
    { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 },
  )
  return JSON.parse(printed) as readonly Command[] // what the program promises
}

async function formatted(name: string, text: string): Promise<string> {
  const { code, errors } = await format(join(commandsFolder, name), text, { printWidth: 110 })
  if (errors.length > 0) throw new Error(`${name}: ${errors[0]?.message}`)
  return code
}

function listPage(groups: ReadonlyMap<string, readonly Command[]>): string {
  const rows = [...groups].flatMap(([name, commands]) =>
    commands.map(({ words, brief }) => [`[\`keepup ${words}\`](${linkTo(name, words)})`, literal(brief)]),
  )
  return page([
    '# The command line',
    'Every command and every flag, written from the table that the program itself follows. `keepup COMMAND --help` prints the same; `keepup schema commands` prints it as JSON.',
    'What a number that a command ends with means is in [exit codes](../exit-codes.md).',
    markdownTable(['Command', 'What it does'], rows),
  ])
}

function linkTo(name: string, words: string): string {
  return words === name ? `${name}.md` : `${name}.md#keepup-${words.replaceAll(' ', '-')}`
}

function commandPage(name: string, commands: readonly Command[]): string {
  const [only] = commands
  if (commands.length === 1 && only?.words === name) return page([`# keepup ${name}`, ...sectionsOf(only)])
  return page([
    `# keepup ${name}`,
    ...commands.flatMap((command) => [`## keepup ${command.words}`, ...sectionsOf(command)]),
  ])
}

function sectionsOf({ brief, description, usage, flags, arguments: words }: Command): readonly string[] {
  return [
    `${literal(brief)}.`,
    fence(usage),
    ...(description === undefined ? [] : [fence(description.split('\n'))]),
    markdownTable(
      ['Argument', 'Meaning'],
      words.map((one) => [`\`${one.name}\`${one.repeatable === true ? ', any number' : ''}`, meaning(one)]),
    ),
    markdownTable(
      ['Flag', 'Meaning'],
      flags.map((one) => [flagText(one), meaning(one)]),
    ),
  ].filter((part) => part !== '')
}

function fence(lines: readonly string[]): string {
  return ['```text', ...lines, '```'].join('\n')
}

function flagText({ name, alias, placeholder, repeatable }: Parameter): string {
  const short = alias === undefined ? '' : `, \`-${alias}\``
  const value = placeholder === undefined ? '' : ` ${placeholder}`
  return `\`--${name}${value}\`${short}${repeatable === true ? ', more than once' : ''}`
}

function meaning({ brief, required }: Parameter): string {
  return `${literal(brief)}${required === true ? ' (must be given)' : ''}`
}
