import type { Message, MessageList } from '@keepup/core'

/**
 * Messages as an immutable list whose versions share one array: appending to the newest version costs O(1), and an older version still reads
 * as it was. Appending to an older version copies.
 */
export class MessageChain implements MessageList {
  static readonly empty: MessageChain = new MessageChain([], 0)

  readonly length: number
  readonly #items: Message[]

  private constructor(items: Message[], length: number) {
    this.#items = items
    this.length = length
  }

  /** A chain of its own. */
  static from(messages: Iterable<Message>): MessageChain {
    const items = [...messages]
    return new MessageChain(items, items.length)
  }

  append(message: Message): MessageChain {
    const items =
      this.#items.length === this.length && this.length > 0 ? this.#items : this.#items.slice(0, this.length)
    items.push(message)
    return new MessageChain(items, this.length + 1)
  }

  /** The list without what comes after its first messages. */
  first(length: number): MessageChain {
    return length >= this.length ? this : new MessageChain(this.#items, Math.max(0, length))
  }

  at(index: number): Message | undefined {
    const place = index < 0 ? this.length + index : index
    return place >= 0 && place < this.length ? this.#items[place] : undefined
  }

  /** Whether this list begins with all of `earlier`, known without comparing messages. */
  extends(earlier: MessageChain): boolean {
    return this.#items === earlier.#items && this.length >= earlier.length
  }

  *[Symbol.iterator](): Iterator<Message> {
    for (let index = 0; index < this.length; index += 1) {
      const message = this.#items[index]
      if (message !== undefined) yield message
    }
  }
}
