import { type CountTokens, estimateTokens } from './estimate-tokens.ts'
import { type FileSymbol, findSymbols } from './find-symbols.ts'
import { quoteJson } from './quote-json.ts'

/** A file as it is read: its path relative to the repository, with slashes. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** What a map may be. */
export interface RepositoryMapOptions {
  /** In tokens. */
  readonly budget: number
  readonly count?: CountTokens
  /** Words that the task speaks of: what they name comes first. */
  readonly words?: readonly string[]
}

/** Makes maps. What it found in a file is kept for as long as the file has the same text, so that the next map costs what is new. */
export interface RepositoryMapper {
  /** The declarations of a repository that others use most, by file, in at most so many tokens. The same files give the same text. Empty where nothing is known or fits. */
  map(files: readonly SourceFile[], options: RepositoryMapOptions): string
}

interface KnownFile {
  readonly text: string
  readonly symbols: readonly FileSymbol[]
  readonly words: ReadonlySet<string>
}

interface RankedSymbol extends FileSymbol {
  readonly path: string
  readonly rank: number
}

/** @limit In characters: larger files are made, not written, and are passed over. */
const largest = 500_000

/** A mapper that has seen nothing yet. */
export function createRepositoryMapper(): RepositoryMapper {
  let known = new Map<string, KnownFile>()
  return {
    map(files, { budget, count = estimateTokens, words = [] }) {
      const read = files.filter(({ text }) => text.length <= largest)
      known = new Map(read.map((file) => [file.path, lookAt(file, known.get(file.path))]))
      return fit(rank(known, new Set(words)), budget, count)
    },
  }
}

function lookAt({ path, text }: SourceFile, before: KnownFile | undefined): KnownFile {
  if (before?.text === text) return before
  return { text, symbols: findSymbols(path, text), words: new Set(text.match(/[A-Za-z_$][\w$]{2,}/g)) }
}

/** What more files speak of comes first, what the task speaks of before all; a name that many files declare says little about any of them. */
function rank(files: ReadonlyMap<string, KnownFile>, asked: ReadonlySet<string>): readonly RankedSymbol[] {
  const speak = new Map<string, number>()
  const declare = new Map<string, number>()
  for (const { words, symbols } of files.values()) {
    for (const word of words) speak.set(word, (speak.get(word) ?? 0) + 1)
    for (const name of new Set(symbols.map((symbol) => symbol.name)))
      declare.set(name, (declare.get(name) ?? 0) + 1)
  }
  const rankOf = ({ name, shared }: FileSymbol): number => {
    const declared = declare.get(name) ?? 1
    const others = shared ? Math.max(0, (speak.get(name) ?? 0) - declared) : 0
    return (asked.has(name) ? 1_000_000 : 0) + (others / declared) * (isTelling(name) ? 10 : 1)
  }
  return [...files]
    .flatMap(([path, { symbols }]) => symbols.map((symbol) => ({ ...symbol, path, rank: rankOf(symbol) })))
    .toSorted((a, b) => b.rank - a.rank || compare(a.path, b.path) || a.line - b.line)
}

/** Whether a name is hardly an ordinary word that others merely happen to use. */
function isTelling(name: string): boolean {
  return name.length >= 6 && /[a-z\d][A-Z]|_/.test(name)
}

function fit(symbols: readonly RankedSymbol[], budget: number, count: CountTokens): string {
  const chosen = new Map<string, RankedSymbol[]>()
  let left = budget
  for (const symbol of symbols) {
    const own = chosen.get(symbol.path)
    const cost = count(lineOf(symbol)) + 1 + (own === undefined ? count(headOf(symbol.path)) + 1 : 0)
    // What does not fit ends it: a smaller one of less use would not be better.
    if (cost > left) break
    left -= cost
    if (own === undefined) chosen.set(symbol.path, [symbol])
    else own.push(symbol)
  }
  return [...chosen]
    .toSorted(([a], [b]) => compare(a, b))
    .map(([path, own]) => [headOf(path), ...own.toSorted((a, b) => a.line - b.line).map(lineOf)].join('\n'))
    .join('\n')
}

/** A name may hold anything; in a map it is one line. */
function headOf(path: string): string {
  return /^[\w./@+-]+$/.test(path) ? path : quoteJson(path)
}

function lineOf({ line, signature }: FileSymbol): string {
  return `  ${line}: ${signature}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
