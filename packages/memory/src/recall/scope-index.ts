import { count, emptyPostings, type Postings } from './postings.ts'
import type { RankedDocument } from './ranked-document.ts'
import type { StemOf } from './stem-of.ts'

/** A neighbour lends a document only so many of its first content words: long answers would drown what stands beside them. */
const headLength = 20
const gramLength = 4

/** The words of a scope's evidence in memory: what {@link rankDocuments} works on. Only ever appended to. */
export class ScopeIndex {
  readonly documents: RankedDocument[] = []
  /** Content words of each document. */
  readonly lengths: number[] = []
  /** Of those, how many neighbours get to see. */
  readonly heads: number[] = []
  /** Character 4-grams of each document, and of its head. */
  readonly gramLengths: number[] = []
  readonly gramHeads: number[] = []
  /** The neighbour before in the same session; -1 for none. */
  readonly before: number[] = []
  /** The neighbour behind in the same session; -1 for none yet. */
  readonly behind: number[] = []
  /** The number of each document's session. */
  readonly sessionOf: number[] = []
  /** The first document of each speaker. */
  readonly #speakers = new Map<string, number>()
  /** The first document of somebody who is no person. */
  #firstAnswer = Infinity
  readonly #stemOf: StemOf
  readonly #stems: string[][] = []
  readonly #words = new Map<string, number>()
  readonly #postings: Postings[] = []
  readonly #wordsOfStem = new Map<string, number[]>()
  readonly #wordsOfGram = new Map<string, Map<number, number>>()
  readonly #gramCounts: number[] = []
  readonly #sessions = new Map<string, { readonly number: number; last: number }>()

  constructor(stemOf: StemOf) {
    this.#stemOf = stemOf
  }

  /** Whether somebody speaks in the first `size` documents who is no person: then `I` is the person. */
  isChat(size: number): boolean {
    return this.#firstAnswer < size
  }

  /** Who speaks in the first `size` documents. */
  speakers(size: number): readonly string[] {
    return [...this.#speakers].filter(([, first]) => first < size).map(([speaker]) => speaker)
  }

  /** How many sessions there are. */
  get sessions(): number {
    return this.#sessions.size
  }

  /** Adds a document behind all others. */
  add(document: RankedDocument): void {
    const number = this.documents.length
    this.documents.push(document)
    if (!this.#speakers.has(document.speaker)) this.#speakers.set(document.speaker, number)
    if (document.origin === 'assistant') this.#firstAnswer = Math.min(this.#firstAnswer, number)
    this.#join(number, document.session)
    const words = document.words === '' ? [] : document.words.split(' ')
    this.lengths.push(words.length)
    this.heads.push(Math.min(words.length, headLength))
    let grams = 0
    let gramHead = 0
    for (const [place, word] of words.entries()) {
      const id = this.#wordId(word)
      count(this.#postingsAt(id), number, place < headLength)
      grams += this.#gramCounts[id] ?? 0
      if (place < headLength) gramHead += this.#gramCounts[id] ?? 0
    }
    this.gramLengths.push(grams)
    this.gramHeads.push(gramHead)
    this.#stems.push(words.map(this.#stemOf))
  }

  /** The postings of every word with that stem. */
  ofStem(stem: string): readonly Postings[] {
    return (this.#wordsOfStem.get(stem) ?? []).map((id) => this.#postingsAt(id))
  }

  /** The stems of a document's content words, in order. */
  stemsOf(document: number): readonly string[] {
    return this.#stems[document] ?? []
  }

  /** The postings of every word that has the 4-gram, and how often it has it. */
  ofGram(gram: string): readonly { readonly postings: Postings; readonly times: number }[] {
    const words = this.#grams().get(gram) ?? new Map<number, number>()
    return [...words].map(([id, times]) => ({ postings: this.#postingsAt(id), times }))
  }

  /** Where two stems stand side by side. */
  ofPair(first: string, second: string): Postings {
    const pair = emptyPostings()
    for (const document of this.#shared(first, second)) {
      const stems = this.stemsOf(document)
      for (let place = stems.indexOf(first); place >= 0; place = stems.indexOf(first, place + 1)) {
        if (stems[place + 1] === second) count(pair, document, place + 1 < headLength)
      }
    }
    return pair
  }

  /** Documents in which two stems stand at most `distance` words apart. */
  near(first: string, second: string, distance: number): readonly number[] {
    return this.#shared(first, second).filter((document) => {
      const stems = this.stemsOf(document)
      for (let place = stems.indexOf(first); place >= 0; place = stems.indexOf(first, place + 1)) {
        const window = stems.slice(Math.max(0, place - distance), place + distance + 1)
        if (window.includes(second)) return true
      }
      return false
    })
  }

  /** The stem of a word, by the rules that the index was made with. */
  stem(word: string): string {
    return this.#stemOf(word)
  }

  /** Whether any of the first `size` documents has a word with that stem. */
  has(stem: string, size: number): boolean {
    return this.ofStem(stem).some(({ documents }) => (documents[0] ?? size) < size)
  }

  #shared(first: string, second: string): readonly number[] {
    const others = new Set(this.ofStem(second).flatMap(({ documents }) => documents))
    if (others.size === 0) return []
    const shared = this.ofStem(first).flatMap(({ documents }) => documents.filter((each) => others.has(each)))
    return [...new Set(shared)].toSorted((a, b) => a - b)
  }

  #join(number: number, name: string): void {
    const session = this.#sessions.get(name) ?? { number: this.#sessions.size, last: -1 }
    this.before.push(session.last)
    this.behind.push(-1)
    if (session.last >= 0) this.behind[session.last] = number
    session.last = number
    this.#sessions.set(name, session)
    this.sessionOf.push(session.number)
  }

  #wordId(word: string): number {
    const known = this.#words.get(word)
    if (known !== undefined) return known
    const id = this.#words.size
    this.#words.set(word, id)
    this.#postings.push(emptyPostings())
    this.#gramCounts.push(Math.max(1, word.length + 3 - gramLength))
    const stem = this.#stemOf(word)
    const siblings = this.#wordsOfStem.get(stem)
    if (siblings === undefined) this.#wordsOfStem.set(stem, [id])
    else siblings.push(id)
    return id
  }

  #postingsAt(id: number): Postings {
    return this.#postings[id] ?? emptyPostings()
  }

  #gramsBuilt = 0

  /** Made at the first question, and with the words that came since at a later one. */
  #grams(): ReadonlyMap<string, Map<number, number>> {
    if (this.#gramsBuilt === this.#words.size) return this.#wordsOfGram
    let id = 0
    for (const word of this.#words.keys()) {
      if (id >= this.#gramsBuilt) this.#addGrams(word, id)
      id += 1
    }
    this.#gramsBuilt = id
    return this.#wordsOfGram
  }

  #addGrams(word: string, id: number): void {
    for (const gram of gramsOf(word)) {
      const words = this.#wordsOfGram.get(gram)
      if (words === undefined) this.#wordsOfGram.set(gram, new Map([[id, 1]]))
      else words.set(id, (words.get(id) ?? 0) + 1)
    }
  }
}

/** The character 4-grams of a word with a mark at its start and its end. */
export function gramsOf(word: string): readonly string[] {
  const marked = `<${word}>`
  if (marked.length <= gramLength) return [marked]
  return Array.from({ length: marked.length - gramLength + 1 }, (_, at) => marked.slice(at, at + gramLength))
}
