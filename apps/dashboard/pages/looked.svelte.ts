import { ApiError } from '../src/api-error.ts'
import type { Session } from './session.svelte.ts'

/** Something that a page reads from the server, again and again: the last answer counts, and what the server was started without is told apart from what failed. */
export class Looked<Value> {
  value = $state.raw<Value>()
  /** What the server says where it was started without this; empty otherwise. */
  absent = $state('')
  #asked = 0
  #busy = false
  #again: (() => void) | undefined

  /** Reads; where it is being read already, once more afterwards, however often it was asked meanwhile. */
  look(session: Session, read: () => Promise<Value>): void {
    if (this.#busy) {
      this.#again = () => this.look(session, read)
      return
    }
    this.#busy = true
    this.#asked += 1
    const asked = this.#asked
    void this.#read(session, read, asked).finally(() => {
      this.#busy = false
      const again = this.#again
      this.#again = undefined
      again?.()
    })
  }

  /** Forgets what was read of something else. */
  clear(): void {
    this.#asked += 1
    this.value = undefined
  }

  async #read(session: Session, read: () => Promise<Value>, asked: number): Promise<void> {
    // What a person did may have failed, and is not to be forgotten because a page looks again by itself.
    try {
      const value = await read()
      if (asked === this.#asked) this.value = value
      this.absent = ''
    } catch (error) {
      if (error instanceof ApiError && error.status === 501) this.absent = error.message
      else session.failed(error)
    }
  }
}
