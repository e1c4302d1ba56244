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
  count: String.raw`\d{1,3}`,
  text: String.raw`[^-\0][^\0]*`,
  // Older npm, pnpm and yarn put what they hand on into double quotes, and that before a shell.
  argument: String.raw`[^-\0\n"$\x60\\][^\0\n"$\x60\\]*`,
  'argument-file': String.raw`([^-+@\s"$\x60\\][^\0\n"$\x60\\]*[./][^\0\n"$\x60\\]*)`,
  // Older pytest evaluates it as Python: names and their parentheses, no call.
  expression: String.raw`(?!.*(?<!(?:^|\(|\b(?:and|or|not)) *)\()[\w().:[\] /=-]+`,
  resource: String.raw`[a-z0-9][a-z0-9.-]*`,
  // One path in an object: what jq computes may be the environment.
  field: String.raw`(?:\.[A-Za-z]\w*|\.?\[\d{0,6}\])+`,
}

/**
 * Reads a pattern. Words stand for themselves; `(a|b c)` is a choice of words or of several in a row; `?` after a choice means it may be missing,
 * `*` that it may come any number of times; slots take one word, or a part of one: `<path>` a file in the workspace that has no secret name,
 * `<file>` one that is written with a dot or a slash, `<name>` (no address), `<package>` of a registry, `<kinds>` of what a cluster runs, `<resource>`
 * of it by name, `<number>`, `<count>` of at most three digits, `<text>`, `<argument>` and `<argument-file>` which a shell may see in double quotes,
 * `<expression>` of names with `and`, `or` and `not`, and `<field>` of an object for jq. So `pytest (-q|-v|-k <text>|<path>)*`. There is no prefix: the whole command must fit.
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
        `there is no slot ${piece}; there are ${Object.keys(slots)
          .map((name) => `<${name}>`)
          .join(', ')}`,
      )
    return slot
  })
  return {
    type: 'word',
    expression: new RegExp(`^${expression.join('')}$`, 'su'),
    path: /<(path|file|argument-file)>/.test(part),
  }
}

function invalid(source: string, why: string): KeepupError {
  return new KeepupError('configuration-invalid', `The command pattern "${source}" cannot be read: ${why}.`)
}

/** The words that a command may begin with; one that a slot takes is not among them. */
export function firstWords([first, ...rest]: readonly Item[]): readonly string[] {
  if (first === undefined || first.type === 'word') return []
  if (first.type === 'literal') return [first.text]
  const own = first.options.flatMap(firstWords)
  return first.optional ? [...own, ...firstWords(rest)] : own
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
  return ends({ words, fits, known: new Map() }, pattern.items, 0).includes(words.length)
}

/** Words that are being matched, and where each item ends that was tried at a position: each is tried there once, so that no pattern takes long. */
interface Matching {
  readonly words: readonly (string | undefined)[]
  readonly fits: (text: string) => boolean
  readonly known: Map<Item, Map<number, readonly number[]>>
}

/** Every position at which items, one after the other, may end. */
function ends(matching: Matching, items: readonly Item[], start: number): readonly number[] {
  let at: readonly number[] = [start]
  for (const item of items) at = [...new Set(at.flatMap((position) => endsOf(matching, item, position)))]
  return at
}

function endsOf(matching: Matching, item: Item, start: number): readonly number[] {
  const word = matching.words[start]
  if (item.type === 'literal') return word === item.text ? [start + 1] : []
  const known = matching.known.get(item) ?? new Map<number, readonly number[]>()
  matching.known.set(item, known)
  const found =
    known.get(start) ??
    (item.type === 'choice'
      ? endsOfChoice(matching, item, start)
      : wordFits(word, item, matching.fits)
        ? [start + 1]
        : [])
  known.set(start, found)
  return found
}

function endsOfChoice(
  matching: Matching,
  { options, many, optional }: Extract<Item, { type: 'choice' }>,
  start: number,
): readonly number[] {
  const found = new Set<number>(optional ? [start] : [])
  const once = (from: readonly number[]): readonly number[] =>
    from.flatMap((position) => options.flatMap((option) => ends(matching, option, position)))
  if (!many) return [...new Set([...found, ...once([start])])]
  for (let fresh: readonly number[] = [start]; fresh.length > 0;) {
    fresh = [...new Set(once(fresh))].filter((end) => !found.has(end))
    for (const end of fresh) found.add(end)
  }
  return [...found]
}

function wordFits(
  word: string | undefined,
  item: Extract<Item, { type: 'word' }>,
  fits: Matching['fits'],
): boolean {
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
