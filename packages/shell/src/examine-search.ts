import { type Call, type Reading, touch } from './call.ts'
import { readCall, unknownOption } from './examine-reader.ts'
import { globMatcher } from './match-glob.ts'
import type { Program } from './program.ts'
import type { GivenOption, ReadWords } from './read-options.ts'
import { type NameFilter, refuseSecretsBeneath } from './secrets-beneath.ts'

/** `grep`: a pattern, then files, or a tree with `-r`. */
export function examineGrep(call: Call, program: Program, reading: Reading): void {
  const read = readCall(call, program, reading)
  const recursive = has(read, '-r', '--recursive')
  const files = filesOf(read, ['-e', '--regexp'])
  const searched = files.length === 0 && recursive ? ['.'] : files
  const filters = fileFilters(read.options, ['--include'], '--exclude')
  for (const word of searched) {
    if (word === '-') continue
    touch(reading, call.state, 'read', word, recursive)
    if (recursive && word !== undefined) refuseSecretsBeneath(word, call.state, filters, reading)
  }
}

/** `rg`: a pattern, then files or trees; the folder it is run in where there is none. Hidden files only where it is asked for. */
export function examineRipgrep(call: Call, program: Program, reading: Reading): void {
  const read = readCall(call, program, reading)
  const listing = has(read, '--files', '--type-list')
  const files = listing ? read.operands : filesOf(read, ['-e', '--regexp'])
  const searched = files.length === 0 ? ['.'] : files
  const filters = fileFilters(read.options, ['-g', '--glob', '--iglob'], '')
  if (!has(read, '-.', '--hidden', '-u')) filters.push((name) => !name.startsWith('.') && name !== 'config')
  for (const word of searched) {
    if (word === '-') continue
    touch(reading, call.state, 'read', word, true)
    if (!listing && word !== undefined) refuseSecretsBeneath(word, call.state, filters, reading)
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

/** Filters by name, of options that restrict which files are looked into. What cannot be told restricts nothing. */
function fileFilters(
  options: readonly GivenOption[],
  including: readonly string[],
  excluding: string,
): NameFilter[] {
  const included = options.flatMap(({ name, value }) =>
    including.includes(name) && value !== undefined ? [value] : [],
  )
  const wanted = included.filter((value) => !value.startsWith('!'))
  const unwanted = [
    ...included.filter((value) => value.startsWith('!')).map((value) => value.slice(1)),
    ...options.flatMap(({ name, value }) => (name === excluding && value !== undefined ? [value] : [])),
  ]
  const filters: NameFilter[] = unwanted.map((pattern) => {
    const fits = nameFilter(pattern)
    return (name) => fits === undefined || !fits(name)
  })
  const all = wanted.map(nameFilter)
  if (all.length > 0) filters.push((name) => all.some((fits) => fits === undefined || fits(name)))
  return filters
}

function nameFilter(pattern: string): NameFilter | undefined {
  const last = pattern.slice(pattern.lastIndexOf('/') + 1)
  if (/[{}\\]/.test(last)) return undefined
  const expression = globMatcher(Array.from(last, (text) => ({ text, quoted: false })))
  return expression === undefined ? undefined : (name) => expression.test(name)
}
