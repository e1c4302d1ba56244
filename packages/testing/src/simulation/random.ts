/** Chance that a seed decides. The same seed gives the same draws. */
export interface Random {
  /** A number from 0 up to but without 1. */
  next(): number
  /** A whole number from 0 up to but without `limit`. */
  below(limit: number): number
  /** True with the given probability. */
  chance(probability: number): boolean
  /** One of the items. Fails `RangeError` where there is none. */
  pick<T>(items: readonly T[]): T
  /** So many bytes in lower-case hexadecimal. */
  hex(bytes: number): string
  /** A stream of its own for a purpose: draws from it do not shift those from others. */
  derive(purpose: string): Random
}

/** Makes a stream of chance from a seed (sfc32, seeded by FNV-1a). Not for secrets. */
export function createRandom(seed: string): Random {
  const next = sfc32(seed)
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('There is nothing to pick from.')
      // `below` gives an index of the items.
      return items[below(items.length)] as (typeof items)[number]
    },
    hex: (bytes) => Array.from({ length: bytes }, () => below(256).toString(16).padStart(2, '0')).join(''),
    derive: (purpose) => createRandom(`${seed}/${purpose}`),
  }
}

function sfc32(seed: string): () => number {
  let [a, b, c, d] = [hash(`${seed}#a`), hash(`${seed}#b`), hash(`${seed}#c`), 1]
  const step = (): number => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let warm = 0; warm < 12; warm++) step()
  return () => step() / 0x1_0000_0000
}

function hash(text: string): number {
  let value = 0x81_1c_9d_c5
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01_00_01_93)
  }
  return value
}
