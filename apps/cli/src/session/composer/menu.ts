import type { Composer } from './composer.ts'

/** A word that can be put in, and what a person should know of it. */
export interface Suggestion {
  readonly word: string
  readonly detail: string
}

/** Words that fit what is being written, and which part of the text they stand for. */
export interface Menu {
  readonly suggestions: readonly Suggestion[]
  readonly chosen: number
  readonly from: number
  readonly to: number
}

/** Where suggestions come from. */
export interface Sources {
  /** Without the slash. */
  readonly commands: readonly (Suggestion & { readonly values?: readonly string[] })[]
  /** Relative, with `/`; read once a text has an `@` in it. */
  readonly files: readonly string[]
}

/** So many files are offered. */
const mostFiles = 50

/** What fits: commands after a `/` at the beginning, then what they take; files after an `@`. Pure. */
export function menuOf(
  { text, cursor }: Pick<Composer, 'text' | 'cursor'>,
  sources: Sources,
): Menu | undefined {
  const before = text.slice(0, cursor)
  const [, command] = /^\/([\w-]*)$/.exec(before) ?? []
  if (command !== undefined) return menuFrom(commandsOf(command, sources), 0, cursor)
  const [, name = '', value] = /^\/([\w-]+) +(\S*)$/.exec(before) ?? []
  if (value !== undefined) return menuFrom(valuesOf(name, value, sources), cursor - value.length, cursor)
  const [, file] = /(?:^|\s)@([^\s@]*)$/.exec(before) ?? []
  return file === undefined ? undefined : menuFrom(filesOf(file, sources), cursor - file.length - 1, cursor)
}

function menuFrom(suggestions: readonly Suggestion[], from: number, to: number): Menu | undefined {
  return suggestions.length === 0 ? undefined : { suggestions, chosen: 0, from, to }
}

function commandsOf(typed: string, { commands }: Sources): readonly Suggestion[] {
  return commands
    .filter(({ word }) => word.startsWith(typed))
    .map(({ word, detail }) => ({ word: `/${word}`, detail }))
}

function valuesOf(name: string, typed: string, { commands }: Sources): readonly Suggestion[] {
  const { values = [] } = commands.find(({ word }) => word === name) ?? {}
  const fitting = values.filter((value) => value.startsWith(typed) && value !== typed)
  return fitting.map((word) => ({ word, detail: '' }))
}

/** Files whose path has the typed letters in their order: those that have them together come first, and among them short paths. */
function filesOf(typed: string, { files }: Sources): readonly Suggestion[] {
  const wanted = typed.toLowerCase()
  const ranked = files.flatMap((path) => {
    const rank = rankOf(path.toLowerCase(), wanted)
    return rank === undefined ? [] : [{ path, rank }]
  })
  return ranked
    .toSorted((a, b) => a.rank - b.rank || a.path.length - b.path.length || (a.path < b.path ? -1 : 1))
    .slice(0, mostFiles)
    .map(({ path }) => ({ word: /\s/.test(path) ? `@"${path}"` : `@${path}`, detail: '' }))
}

function rankOf(path: string, wanted: string): number | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (name.startsWith(wanted)) return 0
  if (path.includes(wanted)) return 1
  let at = 0
  for (const letter of path) if (letter === wanted[at]) at += 1
  return at === wanted.length ? 2 : undefined
}

/** Puts the chosen word in, with a blank behind it. */
export function accept(composer: Composer, { suggestions, chosen, from, to }: Menu): Composer {
  const word = `${suggestions[chosen]?.word ?? ''} `
  const rest = composer.text.slice(to).replace(/^ /, '')
  return { ...composer, text: composer.text.slice(0, from) + word + rest, cursor: from + word.length }
}

/** Chooses another word, round and round. */
export function chooseNext(menu: Menu, by: 1 | -1): Menu {
  const { length } = menu.suggestions
  return { ...menu, chosen: (menu.chosen + by + length) % length }
}
