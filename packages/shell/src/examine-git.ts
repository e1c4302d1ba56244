import { type Call, type Reading, touch, touchAnything } from './call.ts'
import { gitCommands, gitListing, type GitOperands } from './data/git-commands.ts'
import { examineGitChange } from './examine-git-change.ts'
import { gitWords, refuseSecretContent } from './examine-git-content.ts'
import { addEffect, doubt, refuse } from './findings.ts'
import { refuseConfiguredPrograms } from './git-configuration.ts'
import { readPathspec } from './git-pathspec.ts'
import { holdsCredentials, repositoryAround } from './git-repository.ts'
import { beneath, follow } from './ground.ts'
import { optionTable, type OptionTable } from './option-table.ts'
import { type GivenOption, readOptions, type ReadWords } from './read-options.ts'

interface KnownCommand {
  readonly kind: GitOperands
  readonly table: OptionTable
}

const tables: ReadonlyMap<string, KnownCommand> = new Map(
  Object.entries(gitCommands).map(([name, [kind, options]]) => [name, { kind, table: optionTable(options) }]),
)

/** `git`: sub-commands that read, with options that keep them so; whatever else it does is told as well as it can be. */
export function examineGit(call: Call, reading: Reading): void {
  const words = call.words[0] === '--no-pager' || call.words[0] === '-P' ? call.words.slice(1) : call.words
  const [command, ...rest] = words
  if (words.length === 1 && command === '--version') return
  if (words.length === 0) return
  if (command === undefined || command.startsWith('-')) {
    doubt(reading, 'option', `git ${command ?? 'with a word that cannot be known'} may run anything`)
    touchAnything(reading)
    addEffect(reading, 'exec', '*')
    return
  }
  refuseConfiguredPrograms(call.state, reading)
  refuseShownCredentials(command, call, reading)
  const known = tables.get(command)
  if (known !== undefined) return examineKnown({ ...call, words: rest }, command, known, reading)
  if (isHarmless(command, rest)) return
  refuse(reading, 'git', `git ${command} is not known to change nothing`)
  examineGitChange({ ...call, words: rest }, command, reading)
}

/** The addresses of remotes, and a listed configuration, may hold a password or a token. */
function refuseShownCredentials(command: string, call: Call, reading: Reading): void {
  // `git remote` alone prints names.
  if (command !== 'config' && (command !== 'remote' || call.words.at(-1) === 'remote')) return
  for (const folder of call.state.folders)
    if (holdsCredentials(repositoryAround(folder, reading.ground)?.configuration ?? ''))
      refuse(reading, 'secret', 'the configuration of the repository holds a password or a token')
}

/** Sub-commands of which one form reads. */
function isHarmless(command: string, words: Call['words']): boolean {
  const text = words.includes(undefined) ? undefined : words.join(' ')
  if (text === undefined) return false
  if (command === 'stash') return /^list( --oneline| -\d+| -n \d+| --stat| --name-only)*$/.test(text)
  if (command === 'worktree') return /^list( --porcelain| -v| --verbose)*$/.test(text)
  if (command === 'config')
    return /^(--list --local|-l --local|--local --list|--local -l|(--local |--global )?(--get )?user\.(name|email))$/.test(
      text,
    )
  return command === 'symbolic-ref' && /^((--short|-q|--quiet) )*HEAD$/.test(text)
}

function examineKnown(call: Call, command: string, known: KnownCommand, reading: Reading): void {
  const read = readOptions(call.words, known.table)
  if (read.unknown.length > 0 || read.dynamic) {
    for (const word of read.unknown)
      doubt(reading, 'option', `git ${command} ${word} is not an option that is known to change nothing`)
    doubt(reading, 'dynamic', `what git ${command} does cannot be known before it runs`)
    touchAnything(reading)
    addEffect(reading, 'exec', '*')
  }
  for (const option of read.options) examineValue(option, command, call, reading)
  if (changesByOperand(command, known.kind, read)) {
    refuse(reading, 'git', `git ${command} may change something where it is given an operand`)
    touchAnything(reading)
  }
  if (known.kind === 'revisions' || known.kind === 'pattern') examineOperands(call, command, read, reading)
  for (const folder of call.state.folders)
    addEffect(reading, 'read', beneath(follow(reading.ground, folder, '.')))
}

/** `branch x` and `tag x` make one, `reflog expire` forgets: only listings take names without changing anything. */
function changesByOperand(command: string, kind: GitOperands, { operands, options }: ReadWords): boolean {
  if (command === 'reflog') return /^(expire|delete|drop|exists|write)$/.test(operands[0] ?? '')
  if (operands.length === 0) return false
  return kind === 'none' || (kind === 'listing' && !options.some(({ name }) => gitListing.has(name)))
}

/** Formats and orders that check signatures run a program; `-L` names a file after its range. */
function examineValue({ name, value }: GivenOption, command: string, call: Call, reading: Reading): void {
  if (/^--(format|pretty|sort)$/.test(name) && /%[-+ ]*G|signature/.test(value ?? '')) {
    refuse(reading, 'git', 'what checks signatures runs a program')
    addEffect(reading, 'exec', '*')
  }
  if (name === '-w' && /\d{4}/.test(value ?? ''))
    refuse(reading, 'endless', 'git shortlog is given a width of a thousand or more')
  if (name === '-L' && command !== 'blame' && value !== undefined) {
    const file = value.slice(value.lastIndexOf(':') + 1)
    if (file !== '') touch(reading, call.state, 'read', file)
  }
}

function examineOperands(call: Call, command: string, read: ReadWords, reading: Reading): void {
  const pattern = command === 'grep' && !read.options.some(({ name }) => name === '-e')
  for (const word of pattern ? read.operands.slice(1) : read.operands) examineRevision(word, call, reading)
  if (!reading.doubts.some(({ rule }) => rule === 'dynamic'))
    refuseSecretContent(gitWords(command, call, read, pattern), call, reading)
}

/** A revision, a path, or both, as `HEAD:src/a.ts`: what could be a path is checked as one. */
function examineRevision(word: string | undefined, call: Call, reading: Reading): void {
  if (word === undefined) return touch(reading, call.state, 'read', word)
  const pathspec = word.startsWith(':') ? readPathspec(word) : undefined
  if (pathspec?.excluding === true) return
  const path = pathspec === undefined ? word : pathspec.text
  touch(reading, call.state, 'read', path === '' ? '.' : path)
  // A name may be behind any colon: one stands in a text that a revision is looked for by, too.
  for (const { index } of word.matchAll(/:/g)) {
    // Behind a colon that begins the word, a slash stands for the top of the repository.
    const after = word.slice(index + 1).replace(index === 0 ? /^\/+/ : '', '')
    if (after === '') continue
    touch(reading, call.state, 'read', after)
    // A path in a revision counts from the top of the repository, not from where the command runs.
    touch(reading, { ...call.state, folders: [reading.ground.root] }, 'read', after.replace(/^\/+/, '/'))
  }
}
