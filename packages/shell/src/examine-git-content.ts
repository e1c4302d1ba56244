import { join, posix, relative } from 'node:path'

import type { Call, Reading } from './call.ts'
import { refuse } from './findings.ts'
import type { TrackedFile } from './git-index.ts'
import { aimsAtSecrets, mayChoose, type Pathspec, readPathspec, surelyChooses } from './git-pathspec.ts'
import { type Repository, repositoryAround } from './git-repository.ts'
import { isInside } from './ground.ts'
import type { ReadWords } from './read-options.ts'
import { secretSamples } from './secret-names.ts'
import { everyFile, refuseSecretsBeneath } from './secrets-beneath.ts'

/** The words that a sub-command is given, its pattern left out. */
export interface GitWords {
  readonly command: string
  readonly read: ReadWords
  /** Before `--`: revisions, or paths that are there. */
  readonly revisions: readonly string[]
  /** After `--`. */
  readonly paths: readonly string[]
}

/** Tells revisions from paths by where `--` stands. */
export function gitWords(command: string, call: Call, read: ReadWords, pattern: boolean): GitWords {
  const operands = read.operands.flatMap((word) => (word === undefined ? [] : [word]))
  const after = call.words.length - read.rest
  const before = operands.slice(0, operands.length - after)
  return {
    command,
    read,
    revisions: pattern ? before.slice(1) : before,
    paths: operands.slice(operands.length - after),
  }
}

/**
 * Git prints what files held, and not only those that it is given: a patch shows every file that changed. Where one that is tracked has the name of a
 * secret and is not left out, it asks; and so does a pattern that aims at such names, and an object named by its own id. Of files that the history alone
 * still holds nothing is known: patches of all of it ask.
 */
export function refuseSecretContent(words: GitWords, call: Call, reading: Reading): void {
  const pathspecs = readPathspecs(words, reading)
  if (pathspecs.some((pathspec) => aimsAtSecrets(pathspec, secretSamples)))
    refuse(reading, 'secret', 'a pattern aims at names under which secrets are kept')
  if (words.command === 'cat-file') return refuseObjects(words, call, reading)
  if (!printsContent(words)) return
  if (has(words, /^--(untracked|recurse-submodules)$/))
    for (const path of ['.', ...words.paths]) refuseSecretsBeneath(path, call.state, everyFile, reading)
  if (has(words, /^--recurse-submodules$/)) refuse(reading, 'git', 'what submodules track is not looked at')
  for (const folder of call.state.folders) {
    const repository = repositoryAround(folder, reading.ground)
    if (repository !== undefined) refuseTracked(words, pathspecs, { folder, repository }, reading)
  }
}

function readPathspecs({ paths, revisions }: GitWords, reading: Reading): readonly Pathspec[] {
  return [...paths, ...revisions.filter(isPattern)].flatMap((word) => {
    const pathspec = readPathspec(word)
    if (pathspec === undefined) refuse(reading, 'git', `${word} is not a pathspec that is read`)
    return pathspec === undefined ? [] : [pathspec]
  })
}

/** No revision holds these, but where it looks for a text. */
function isPattern(word: string): boolean {
  return /[*?[\\]/.test(word) && !/[:^@]/.test(word)
}

function has({ read }: GitWords, name: RegExp): boolean {
  return read.options.some((option) => name.test(option.name))
}

const patchOptions =
  /^(-p|-u|-U|-c|-m|-W|-L|--patch|--unified|--cc|--binary|--check|--word-diff|--word-diff-regex|--color-words|--function-context|--inter-hunk-context|--combined-all-paths)$/
const otherOutput =
  /^(-s|--no-patch|--stat|--shortstat|--numstat|--dirstat|--compact-summary|--summary|--name-only|--name-status|--raw|--quiet)$/

/** Whether more than names, numbers and messages is printed. */
function printsContent(words: GitWords): boolean {
  const { command, revisions } = words
  if (command === 'grep') return true
  if (command === 'status') return has(words, /^(-v|--verbose)$/)
  if (command === 'blame' || command === 'annotate') return true
  if (has(words, patchOptions)) return /^(show|log|whatchanged|diff.*)$/.test(command)
  if (command === 'show' && revisions.length > 0 && revisions.every(isNamedContent)) return false
  return (command === 'diff' || command === 'show') && !has(words, otherOutput)
}

/** `HEAD:src/a.ts`, which is looked at by its path. */
function isNamedContent(word: string): boolean {
  return /^[^:]*:[^/:!^(]/.test(word) && !word.includes('{/')
}

interface Where {
  readonly folder: string
  readonly repository: Repository
}

function refuseTracked(
  words: GitWords,
  pathspecs: readonly Pathspec[],
  { folder, repository }: Where,
  reading: Reading,
): void {
  const tracked = secretsOf(repository, reading)
  refuseIds(words.revisions, tracked, reading)
  if (/^(blame|annotate)$/.test(words.command)) return
  refuseWholeHistory(words, pathspecs, repository, reading)
  const below = relative(repository.top, folder)
  const counted = pathspecs.map((pathspec) => ({
    pathspec,
    text: posix.normalize(pathspec.top ? pathspec.text || '.' : join(below, pathspec.text || '.')),
  }))
  const named = words.revisions
    .filter((word) => !isPattern(word))
    .map((word) => posix.normalize(join(below, word)))
    .filter((text) => isTracked(text, repository, reading))
    .map((text) => ({ pathspec: { excluding: false, top: false, literal: true, text }, text }))
  const including = [...counted, ...named].filter(({ pathspec }) => !pathspec.excluding)
  const excluding = counted.filter(({ pathspec }) => pathspec.excluding)
  // A search stays below the folder that it is run in.
  if (including.length === 0 && words.command === 'grep')
    including.push({
      pathspec: { excluding: false, top: false, literal: true, text: '.' },
      text: below || '.',
    })
  const shown = tracked.find(
    ({ path }) =>
      (including.length === 0 || including.some(({ pathspec, text }) => mayChoose(pathspec, text, path))) &&
      !excluding.some(({ pathspec, text }) => surelyChooses(pathspec, text, path)),
  )
  if (shown !== undefined)
    refuse(
      reading,
      'secret',
      `${shown.path} is tracked, would be shown, and has the name of a secret; name paths, or leave it out by ':!${shown.path}'`,
    )
}

/** Patches of more commits than this, of every file, are taken for a search through what was once removed. */
const mostPatches = 50

/**
 * What was committed by mistake and removed again, the history still holds, and only git could tell its name. A few commits, a range of them and paths
 * that are tracked are what people look at; patches of everything ask.
 */
function refuseWholeHistory(
  words: GitWords,
  pathspecs: readonly Pathspec[],
  repository: Repository,
  reading: Reading,
): void {
  const { command, read, revisions } = words
  if (!/^(log|whatchanged|reflog)$/.test(command) || has(words, /^-L$/)) return
  const named = pathspecs.some(({ excluding, text }) => !excluding && !/^(\.|)$/.test(text))
  const tracked = revisions.some((word) => word !== '.' && isTracked(word, repository, reading))
  if (named || tracked) return
  const everywhere = has(words, /^(--all|--branches|--tags|--remotes|--glob|--reflog|-g|--walk-reflogs)$/)
  if (!everywhere && revisions.some((word) => /\.\.|^\^/.test(word))) return
  const counts = read.options.filter(({ name }) => /^(-#|-n|--max-count)$/.test(name))
  if (counts.some(({ value }) => /^\d{1,3}$/.test(value ?? '') && Number(value) <= mostPatches)) return
  refuse(
    reading,
    'secret',
    `patches of the whole history may show secrets that were removed: say -n ${mostPatches} or less, a range, or paths`,
  )
}

/** Tracked files with the name of a secret. That the index can be read was asked before. */
function secretsOf({ place }: Repository, { ground }: Reading): readonly TrackedFile[] {
  const tracked = ground.tracked(join(place, 'index'))
  return tracked === 'unreadable' ? [] : tracked.secrets
}

function isTracked(text: string, { place, top }: Repository, { ground }: Reading): boolean {
  const tracked = ground.tracked(join(place, 'index'))
  if (tracked === 'unreadable' || !isInside(ground, join(top, text))) return false
  return (
    text === '.' ||
    tracked.all.some(({ path }) => path === text || path.startsWith(`${text.replace(/\/$/, '')}/`))
  )
}

/** An id names what a file held without its name. */
function refuseIds(words: readonly string[], tracked: readonly TrackedFile[], reading: Reading): void {
  const ids = words.flatMap((word) => word.toLowerCase().match(/[0-9a-f]{4,64}/g) ?? [])
  if (tracked.some(({ id }) => ids.some((part) => id.startsWith(part))))
    refuse(reading, 'secret', 'an id is that of a file that has the name of a secret')
}

/** `cat-file -p` of an id that may be of any file. */
function refuseObjects(words: GitWords, call: Call, reading: Reading): void {
  if (!has(words, /^-p$/)) return
  if (words.revisions.some((word) => /^[0-9a-f]{4,64}(\^\{(|blob|object)\})*$/i.test(word)))
    refuse(
      reading,
      'git',
      'an object that is named by its id may be any file: name a revision and a path, or use git show',
    )
  for (const folder of call.state.folders) {
    const repository = repositoryAround(folder, reading.ground)
    if (repository !== undefined) refuseIds(words.revisions, secretsOf(repository, reading), reading)
  }
}
