import type { ScopeIndex } from './scope-index.ts'

/** What a document's neighbours lend it: the one before, the one before that, the one behind, the one behind that. */
const lent = { before: 0.4, beforeThat: 0.2, behind: 0.2, behindThat: 0.08 } as const

/** Sums up amounts by document, with what neighbours of the same session lend each other. Used again and again, as questions have many terms. */
export class Tally {
  readonly sums: Float64Array
  /** The documents that got something, in no order. */
  readonly touched: number[] = []
  readonly #before: readonly number[]
  readonly #behind: readonly number[]

  /** Over the first `size` documents: others do not exist. */
  constructor({ before, behind }: Pick<ScopeIndex, 'before' | 'behind'>, size: number) {
    this.sums = new Float64Array(size)
    this.#before = before
    this.#behind = behind
  }

  /** Adds to a document itself. */
  add(document: number, amount: number): void {
    const sum = this.sums[document] ?? 0
    if (sum === 0) this.touched.push(document)
    this.sums[document] = sum + amount
  }

  /** Adds to the neighbours of a document what it lends them. */
  lend(document: number, amount: number): void {
    const behind = this.#behind[document] ?? -1
    if (behind >= 0 && behind < this.sums.length) {
      this.add(behind, amount * lent.before)
      const next = this.#behind[behind] ?? -1
      if (next >= 0 && next < this.sums.length) this.add(next, amount * lent.beforeThat)
    }
    const before = this.#before[document] ?? -1
    if (before < 0) return
    this.add(before, amount * lent.behind)
    const previous = this.#before[before] ?? -1
    if (previous >= 0) this.add(previous, amount * lent.behindThat)
  }

  /** Forgets everything. */
  clear(): void {
    for (const document of this.touched) this.sums[document] = 0
    this.touched.length = 0
  }
}
