import { endOfCharacters, startOfCharacters } from './whole-characters.ts'

/** The beginning and the end of a stream of bytes, in bounded memory. */
export class OutputWindow {
  readonly #half: number
  readonly #head: Buffer[] = []
  #tail: Buffer[] = []
  #headSize = 0
  #tailSize = 0
  #total = 0

  /** `size` is how many bytes are kept at most, half at each end. */
  constructor(size: number) {
    this.#half = Math.floor(size / 2)
  }

  /** How many bytes were written. */
  get total(): number {
    return this.#total
  }

  /** How many bytes between head and tail were let go. */
  get omitted(): number {
    return this.#total - this.#headSize - this.#tailSize
  }

  /** Everything written so far as it is kept: beginning, then end. */
  get chunks(): readonly Buffer[] {
    return [...this.#head, ...this.#tail]
  }

  write(chunk: Buffer): void {
    this.#total += chunk.length
    const room = this.#half - this.#headSize
    const first = chunk.subarray(0, room)
    if (first.length > 0) {
      this.#head.push(first)
      this.#headSize += first.length
    }
    if (chunk.length > room) this.#keepTail(chunk.subarray(Math.max(room, 0)))
  }

  /** Head and tail as text; one text, with an empty tail, where nothing was let go. A character that was cut in two is left out. */
  text(): { readonly head: string; readonly tail: string } {
    if (this.omitted === 0) return { head: Buffer.concat(this.chunks).toString('utf8'), tail: '' }
    const head = Buffer.concat(this.#head)
    const tail = Buffer.concat(this.#tail)
    return {
      head: head.subarray(0, endOfCharacters(head)).toString('utf8'),
      tail: tail.subarray(startOfCharacters(tail)).toString('utf8'),
    }
  }

  #keepTail(chunk: Buffer): void {
    // Small pieces of large chunks must not hold the whole in memory.
    this.#tail.push(Buffer.from(chunk.subarray(Math.max(0, chunk.length - this.#half))))
    this.#tailSize += Math.min(chunk.length, this.#half)
    let [first] = this.#tail
    while (first !== undefined && this.#tailSize > this.#half) {
      const excess = this.#tailSize - this.#half
      if (first.length <= excess) this.#tail.shift()
      else this.#tail[0] = first.subarray(excess)
      this.#tailSize -= Math.min(first.length, excess)
      first = this.#tail[0]
    }
  }
}
