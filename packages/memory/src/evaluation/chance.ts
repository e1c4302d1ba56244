/** A die with a memory: the same seed, the same throws (mulberry32). */
export type Chance = () => number

/** Makes one. */
export function chanceOf(seed: number): Chance {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** One of several; empty where there is none. */
export function pick(all: readonly string[], chance: Chance): string {
  return all[Math.floor(chance() * all.length)] ?? ''
}

/** The same in another order. */
export function shuffle<T>(all: readonly T[], chance: Chance): readonly T[] {
  return all
    .map((each) => ({ each, place: chance() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ each }) => each)
}
