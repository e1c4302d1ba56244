/** One press of a key, or text that was pasted at once. */
export interface Key {
  /** Node's name of it (`return`, `up`, `a`), `paste`, or empty where there is only text. */
  readonly name: string
  /** What it puts into a text; empty for keys that only do something. */
  readonly text: string
  readonly ctrl: boolean
  readonly meta: boolean
  readonly shift: boolean
}

/** A key by its name, for those that have no text. */
export function keyOf(name: string, held: Partial<Pick<Key, 'ctrl' | 'meta' | 'shift' | 'text'>> = {}): Key {
  return { name, text: '', ctrl: false, meta: false, shift: false, ...held }
}
