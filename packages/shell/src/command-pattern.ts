import { KeepupError } from '@keepup/core'

import type { CommandPlace } from './command-place.ts'
import { follow, type Ground, groundOf, isInside } from './ground.ts'
import { isSecretPath } from './secret-names.ts'

/** A pattern of whole commands, read. */
export interface CommandPattern {
  readonly source: string
  readonly items: readonly Item[]
}

type Item =
  | { readonly type: 'literal'; readonly text: string }
  | { readonly type: 'word'; readonly expression: RegExp; readonly path: boolean }
  | {
      readonly type: 'choice'
      readonly options: readonly (readonly Item[])[]
      readonly many: boolean
      readonly optional: boolean
    }

/** What a slot takes. None begins with a dash, so that no slot takes an option. */
const slots: Readonly<Record<string, string>> = {
  path: String.raw`([^-+@\s][^\0\n]*)`,
  file: String.raw`([^-+@\s][^\0\n]*[./][^\0\n]*)`,
  // No address: nothing after `:/` or `//`, no `git@host:`, no `git+https:`.
  name: String.raw`(?!git\+|[^@]*@[^:]*:)[A-Za-z0-9@_](?:[\w@.+-]|\/(?!\/)|:(?!\/))*`,
  package: String.raw`(?!\S*\.(?:tgz|tar|gz)$)(?:@[a-z0-9][\w.-]*\/)?[A-Za-z0-9][\w.-]*(?:@[\w.^~-]+)?`,
  kinds: String.raw`(?:pods|pod|po|services|service|svc|deployments|deployment|deploy|nodes|node|no|namespaces|ns|events|ingress|ing|jobs|job|cronjobs|cj|configmaps|configmap|cm|replicasets|rs|statefulsets|sts|daemonsets|ds|pvc|pv|endpoints|hpa|all)(?:,(?:pods|pod|po|services|service|svc|deployments|deployment|deploy|nodes|node|no|namespaces|ns|events|ingress|ing|jobs|job|cronjobs|cj|configmaps|configmap|cm|replicasets|rs|statefulsets|sts|daemonsets|ds|pvc|pv|endpoints|hpa|all))*`,
  number: String.raw`\d{1,9}`,
  text: String.raw`[^-\0][^\0]*`,
}

/**
 * Reads a pattern. Words stand for themselves; `(a|b c)` is a choice of words or of several in a row; `?` after a choice means it may be missing,
 * `*` that it may come any number of times; slots take one word, or a part of one: `<path>` a file in the workspace that has no secret name,
 * `<file>` one that is written with a dot or a slash, `<name>` (no address), `<package>` of a registry, `<kinds>` of what a cluster runs, `<number>`, `<text>`. So `pytest (-q|-v|-k <text>|<path>)*`. There is no prefix: the whole command must fit.
 *
 * @throws KeepupError `configuration-invalid`, where a choice does not end or a slot is unknown.
 */
export function commandPattern(source: string): CommandPattern {
  const parts = source.match(/[()|]|[*?](?=\s|$|\)|\|)|[^\s()|]+/g) ?? []
  const progress = { parts, at: 0, source }
  const items = readItems(progress)
  if (progress.at < parts.length || items.length === 0)
    throw invalid(source, `"${parts[progress.at] ?? ''}" stands alone`)
  return { source, items }
}

interface Progress {
  readonly parts: readonly string[]
  readonly source: string
  at: number
}

function readItems(progress: Progress): readonly Item[] {
  const items: Item[] = []
  for (
    let part = progress.parts[progress.at];
    part !== undefined && part !== ')' && part !== '|';
    part = progress.parts[progress.at]
  ) {
    progress.at++
    items.push(part === '(' ? readChoice(progress) : readItem(part, progress.source))
  }
  return items
}

function readChoice(progress: Progress): Item {
  const options: (readonly Item[])[] = []
  for (;;) {
    const option = readItems(progress)
    const end = progress.parts[progress.at]
    if (end === undefined || option.length === 0)
      throw invalid(progress.source, 'a choice does not end, or is empty')
    options.push(option)
    progress.at++
    if (end === ')') break
  }
  const repeat = progress.parts[progress.at]
  const repeated = repeat === '*' || repeat === '?'
  if (repeated) progress.at++
  return { type: 'choice', options, many: repeat === '*', optional: repeated }
}

function readItem(part: string, source: string): Item {
  if (!part.includes('<')) return { type: 'literal', text: part }
  const pieces = part.split(/(<[^>]*>)/)
  const expression = pieces.map((piece, index) => {
    if (index % 2 === 0) return piece.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
    const slot = slots[piece.slice(1, -1)]
    if (slot === undefined)
      throw invalid(
        source,
        `there is no slot ${piece}; there are <path>, <file>, <name>, <package>, <kinds>, <number> and <text>`,
      )
    return slot
  })
  return {
    type: 'word',
    expression: new RegExp(`^${expression.join('')}$`, 'su'),
    path: /<(path|file)>/.test(part),
  }
}

function invalid(source: string, why: string): KeepupError {
  return new KeepupError('configuration-invalid', `The command pattern "${source}" cannot be read: ${why}.`)
}

/** Whether the words of a command, its name first, are all that a pattern says and nothing more. Words that cannot be known fit nothing. */
export function matchesCommandPattern(
  words: readonly (string | undefined)[],
  pattern: CommandPattern,
  place: CommandPlace,
): boolean {
  const ground = groundOf(place)
  return matchesWords(words, pattern, ground, [ground.start])
}

/** The same, from where a shell may be by now. */
export function matchesWords(
  words: readonly (string | undefined)[],
  pattern: CommandPattern,
  ground: Ground,
  folders: readonly string[],
): boolean {
  if (words.includes(undefined) || folders.length === 0) return false
  const fits = (text: string): boolean => folders.every((folder) => isOpenPath(text, folder, ground))
  return ends(words, pattern.items, 0, fits, 0).some((end) => end === words.length)
}

type Fits = (text: string) => boolean

/** Every position at which items may end. */
function ends(
  words: readonly (string | undefined)[],
  items: readonly Item[],
  start: number,
  fits: Fits,
  index: number,
): readonly number[] {
  const item = items[index]
  if (item === undefined) return [start]
  return [
    ...new Set(endsOf(words, item, start, fits).flatMap((end) => ends(words, items, end, fits, index + 1))),
  ]
}

function endsOf(
  words: readonly (string | undefined)[],
  item: Item,
  start: number,
  fits: Fits,
): readonly number[] {
  if (item.type === 'literal') return words[start] === item.text ? [start + 1] : []
  if (item.type === 'word') return wordFits(words[start], item, fits) ? [start + 1] : []
  const found = new Set<number>(item.optional ? [start] : [])
  let fresh: readonly number[] = [start]
  do {
    fresh = fresh
      .flatMap((from) => item.options.flatMap((option) => ends(words, option, from, fits, 0)))
      .filter((end) => !found.has(end))
    for (const end of fresh) found.add(end)
  } while (item.many && fresh.length > 0)
  return [...found]
}

function wordFits(word: string | undefined, item: Extract<Item, { type: 'word' }>, fits: Fits): boolean {
  if (word === undefined) return false
  const match = item.expression.exec(word)
  return match !== null && (!item.path || fits(match[1] ?? ''))
}

/** No address, and no pattern by which a program finds files of its own beside `*`, which goes neither back nor into names with a dot. */
function isOnePath(text: string): boolean {
  const file = text.split('::')[0] ?? ''
  if (/[{}()[\]!?|]|:\//.test(file)) return false
  const star = file.indexOf('*')
  return star === -1 || !/(^|\/)\./.test(file.slice(Math.max(0, file.lastIndexOf('/', star))))
}

function isOpenPath(text: string, folder: string, ground: Ground): boolean {
  if (!isOnePath(text)) return false
  const path = follow(ground, folder, text)
  return isInside(ground, path) && !isSecretPath(path.slice(ground.root.length)) && !isSecretPath(text)
}
