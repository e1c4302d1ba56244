import { basename, dirname, join, relative } from 'node:path'

import type { Ground } from './ground.ts'
import { globMatcher } from './match-glob.ts'
import type { GivenOption } from './read-options.ts'
import type { NameFilter } from './secrets-beneath.ts'

/**
 * Which files `grep -r` looks into: the last of `--include` and `--exclude` that a name fits decides, and where it fits none, the first of them does.
 * Says that a file is left out only where that is certain.
 */
export function grepFilter(options: readonly GivenOption[]): NameFilter {
  const given = options.filter(({ name }) => name === '--include' || name === '--exclude')
  return (name) => {
    let read = given[0]?.name !== '--include'
    for (const option of given) {
      const fit = fits(option.value ?? '', name)
      if (option.name === '--include' ? fit !== 'no' : fit === 'yes') read = option.name === '--include'
    }
    return read
  }
}

/** How `rg` chooses. */
export interface RipgrepChoice {
  readonly options: readonly GivenOption[]
  /** Whether it looks at hidden files. */
  readonly hidden: boolean
  /** The folder that its globs count from, where that is known. */
  readonly folder: string | undefined
}

/**
 * Which files `rg` looks into. The last glob that fits decides: one with `!` leaves out, another takes in, be it hidden; where any takes in, what fits
 * none is left out. Without globs hidden files are left out, but those that a file of ignored names takes in again.
 */
export function ripgrepFilter({ options, hidden, folder }: RipgrepChoice, ground: Ground): NameFilter {
  const globs = globsOf(options)
  const taking = globs.some(({ text }) => !text.startsWith('!'))
  return (name, path, start) => {
    let decided: 'in' | 'out' | undefined = taking ? 'out' : undefined
    const below = folder === undefined ? undefined : relative(folder, path)
    for (const { text, anyCase } of globs) {
      const fit = (pattern: string): Fit =>
        anyCase ? fits(pattern.toLowerCase(), name.toLowerCase()) : fits(pattern, name)
      if (text.startsWith('!')) {
        if (fits(text.slice(1), name) === 'yes') decided = 'out'
      } else if (fit(text) !== 'no' && mayLieIn(text, below)) decided = 'in'
    }
    if (decided !== undefined) return decided === 'in'
    const hiding = relative(start, path)
      .split('/')
      .filter((part) => part.startsWith('.'))
    return hidden || hiding.length === 0 || hiding.some((part) => isTakenIn(part, path, ground))
  }
}

/** Globs in the order in which they count: those of any case last. */
function globsOf(options: readonly GivenOption[]): readonly { text: string; anyCase: boolean }[] {
  const anyCase = options.some(({ name }) => name === '--glob-case-insensitive')
  const of = (...names: readonly string[]): readonly string[] =>
    options.flatMap(({ name, value }) => (names.includes(name) && value !== undefined ? [value] : []))
  return [
    ...of('-g', '--glob').map((text) => ({ text, anyCase })),
    ...of('--iglob').map((text) => ({ text, anyCase: true })),
  ]
}

/** A glob with a slash counts from the folder: only what lies beneath the part of it that is plain can fit. */
function mayLieIn(glob: string, below: string | undefined): boolean {
  const head = /^\/?([\w./-]*\/)/.exec(glob)?.[1]
  return head === undefined || below === undefined || below.toLowerCase().startsWith(head.toLowerCase())
}

type Fit = 'yes' | 'no' | 'perhaps'

/** Whether a name fits a pattern of stars, question marks and plain characters; of any other pattern it cannot be told. */
function fits(pattern: string, name: string): Fit {
  if (pattern === '' || !/^[\w.*?+@%=,~-]*$/.test(pattern)) return 'perhaps'
  const matcher = globMatcher(Array.from(pattern, (text) => ({ text, quoted: false })))
  if (matcher === undefined) return 'perhaps'
  return matcher.test(name) ? 'yes' : 'no'
}

const ignoreFiles = ['.ignore', '.rgignore', '.gitignore', '.git/info/exclude']

/** Whether a line of a file of ignored names, in a folder above, may take a hidden name in again. */
function isTakenIn(name: string, path: string, ground: Ground): boolean {
  for (let at = dirname(path); ; at = dirname(at)) {
    const lines = ignoreFiles.flatMap((file) => (ground.text(join(at, file)) ?? '').split(/\r?\n/))
    const taking = lines.filter((line) => line.startsWith('!'))
    if (taking.some((line) => fits(basename(line.slice(1).trim()), name) !== 'no')) return true
    if (at === dirname(at)) return false
  }
}
