import { type Call, type Reading, touch } from './call.ts'
import { readCall, unknownOption } from './examine-reader.ts'
import type { Program } from './program.ts'
import type { ReadWords } from './read-options.ts'
import { grepFilter, ripgrepFilter } from './search-filters.ts'
import { refuseSecretsBeneath } from './secrets-beneath.ts'

/** `grep`: a pattern, then files, or a tree with `-r`. */
export function examineGrep(call: Call, program: Program, reading: Reading): void {
  const read = readCall(call, program, reading)
  const recursive = has(read, '-r', '--recursive')
  const files = filesOf(read, ['-e', '--regexp'])
  const searched = files.length === 0 && recursive ? ['.'] : files
  const filter = grepFilter(read.options)
  for (const word of searched) {
    if (word === '-') continue
    touch(reading, call.state, 'read', word, recursive)
    if (recursive && word !== undefined) refuseSecretsBeneath(word, call.state, filter, reading)
  }
}

/** `rg`: a pattern, then files or trees; the folder it is run in where there is none. Hidden files only where it is asked for. */
export function examineRipgrep(call: Call, program: Program, reading: Reading): void {
  const read = readCall(call, program, reading)
  const listing = has(read, '--files', '--type-list')
  const files = listing ? read.operands : filesOf(read, ['-e', '--regexp'])
  const searched = files.length === 0 ? ['.'] : files
  const { folders } = call.state
  const choice = {
    options: read.options,
    hidden: has(read, '-.', '--hidden', '-u', '--unrestricted'),
    folder: folders.length === 1 ? folders[0] : undefined,
  }
  const filter = ripgrepFilter(choice, reading.ground)
  for (const word of searched) {
    if (word === '-') continue
    touch(reading, call.state, 'read', word, true)
    if (!listing && word !== undefined) refuseSecretsBeneath(word, call.state, filter, reading)
  }
}

/** `fd`: a pattern, then folders. It lists names. */
export function examineFd(call: Call, program: Program, reading: Reading): void {
  const read = readCall(call, program, reading)
  const folders = read.operands.slice(1)
  for (const word of folders.length === 0 ? ['.'] : folders) touch(reading, call.state, 'read', word, true)
  for (const { name, value } of read.options)
    if (name === '--format' && value === undefined) unknownOption(call, name, reading)
}

function has(read: ReadWords, ...names: readonly string[]): boolean {
  return read.options.some(({ name }) => names.includes(name))
}

function filesOf(read: ReadWords, patterns: readonly string[]): readonly (string | undefined)[] {
  return has(read, ...patterns) ? read.operands : read.operands.slice(1)
}
