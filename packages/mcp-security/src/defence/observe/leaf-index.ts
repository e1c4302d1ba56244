import { canonicalUrl } from '../matching/canonical-url.ts'
import { findToken } from '../matching/find-token.ts'
import { normalise, normaliseSeen, wordsOf } from '../matching/normalise.ts'
import { shingles } from '../matching/shingles.ts'
import type { Leaf } from './leaf.ts'

/** How many words in a row make a quotation. */
export const quotationLength = 4
/** @limit Leaves: so many of a catalogue that share a value's rarest word are searched for it. */
const mostSearched = 2000
/** @limit Leaves: so many of free text; it gives a value hardly ever authority, and is searched to say where a value stands. */
const mostFreeSearched = 100

interface Stored {
  readonly leaf: Leaf
  readonly at: number
  readonly text: string
}

/** Everything that all views of one history share. Only the newest view adds to it. */
interface Storage {
  readonly leaves: Leaf[]
  readonly values: Map<string, Stored[]>
  readonly catalogue: Map<string, Stored[]>
  readonly free: Map<string, Stored[]>
  readonly quotations: Map<number, number>
}

const emptyStorage = (): Storage => ({
  leaves: [],
  values: new Map(),
  catalogue: new Map(),
  free: new Map(),
  quotations: new Map(),
})

/**
 * Every leaf that the model was shown, in order. A value: `with` gives a longer one and leaves this as it is. Adding to the newest costs only what is new; adding to an
 * older one (after a rewind, or in a fork) copies what that one holds.
 */
export class LeafIndex {
  static readonly empty: LeafIndex = new LeafIndex(emptyStorage(), 0)

  readonly #storage: Storage
  readonly length: number

  private constructor(storage: Storage, length: number) {
    this.#storage = storage
    this.length = length
  }

  with(leaves: readonly Leaf[]): LeafIndex {
    if (leaves.length === 0) return this
    if (this.length === 0) return add(emptyStorage(), leaves)
    if (this.#storage.leaves.length === this.length) return add(this.#storage, leaves)
    return add(emptyStorage(), [...this, ...leaves])

    function add(storage: Storage, added: readonly Leaf[]): LeafIndex {
      for (const leaf of added) store(storage, leaf)
      return new LeafIndex(storage, storage.leaves.length)
    }
  }

  *[Symbol.iterator](): Iterator<Leaf> {
    for (let at = 0; at < this.length; at++) {
      const leaf = this.#storage.leaves[at]
      if (leaf !== undefined) yield leaf
    }
  }

  /** Leaves that are this value, one of each worth. */
  equal(value: string | number): readonly Leaf[] {
    return keysOf(value).flatMap((key) => this.#known(this.#storage.values.get(key)))
  }

  /** Leaves of a catalogue in which this value stands as a whole token. */
  inCatalogue(value: string): readonly Leaf[] {
    return this.#containing(this.#storage.catalogue, value, mostSearched)
  }

  /** Leaves of free text in which this value stands as a whole token; the first hundred that might, or as many as are asked for. */
  inFreeText(value: string, most: number = mostFreeSearched): readonly Leaf[] {
    return this.#containing(this.#storage.free, value, most)
  }

  /** Which of these runs of words stand in free text: the first leaf of each. */
  quoted(runs: readonly number[]): readonly { readonly run: number; readonly leaf: Leaf }[] {
    return runs.flatMap((run) => {
      const at = this.#storage.quotations.get(run)
      const leaf = at === undefined || at >= this.length ? undefined : this.#storage.leaves[at]
      return leaf === undefined ? [] : [{ run, leaf }]
    })
  }

  #containing(words: Storage['free'], value: string, most: number): readonly Leaf[] {
    const wanted = normalise(value)
    if (wanted.length <= 2) return []
    const candidates = rarest(words, wordsOf(wanted)).slice(0, most)
    return this.#known(candidates.filter(({ text }) => findToken(text, wanted) >= 0))
  }

  #known(stored: readonly Stored[] = []): readonly Leaf[] {
    return stored.filter(({ at }) => at < this.length).map(({ leaf }) => leaf)
  }
}

function rarest(lists: Storage['free'], words: readonly string[]): readonly Stored[] {
  let found: readonly Stored[] | undefined
  for (const word of words) {
    const list = lists.get(word) ?? []
    if (found === undefined || list.length < found.length) found = list
  }
  return found ?? []
}

function store(storage: Storage, leaf: Leaf): void {
  const at = storage.leaves.length
  storage.leaves.push(leaf)
  const stored: Stored = { leaf, at, text: normalise(String(leaf.value)) }
  for (const key of keysOf(leaf.value)) push(storage.values, key, stored)
  if (typeof leaf.value !== 'string') return
  if (leaf.integrity !== 'free-text' && leaf.integrity !== 'vendor') return
  const lists = leaf.integrity === 'vendor' ? storage.catalogue : storage.free
  for (const word of new Set(wordsOf(stored.text))) push(lists, word, stored)
  if (leaf.integrity === 'vendor') return
  for (const run of shingles(wordsOf(normaliseSeen(leaf.value)), quotationLength))
    if (!storage.quotations.has(run)) storage.quotations.set(run, at)
}

/** A value that was there with the same worth adds nothing, so that a list is never longer than there are worths, or texts. */
function push(map: Map<string, Stored[]>, key: string, stored: Stored): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [stored])
  else if (!list.slice(-32).some((known) => known.text === stored.text && sameWorth(known.leaf, stored.leaf)))
    list.push(stored)
}

function sameWorth(a: Leaf, b: Leaf): boolean {
  return (
    a.integrity === b.integrity &&
    a.directed === b.directed &&
    a.selected === b.selected &&
    a.ranked === b.ranked &&
    a.confidential === b.confidential &&
    a.named === b.named &&
    a.author === b.author &&
    a.source === b.source
  )
}

function keysOf(value: string | number): readonly string[] {
  if (typeof value === 'number') return [`#${value}`]
  const text = normalise(value)
  const number = /^-?\d{1,15}(?:\.\d+)?$/.test(text) ? [`#${Number(text)}`] : []
  const url =
    text.length < 2048 && text.includes('.') && !text.includes(' ') && !text.includes('@')
      ? canonicalUrl(text)
      : undefined
  return [`=${text}`, ...number, ...(url === undefined ? [] : [`/${url}`])]
}
