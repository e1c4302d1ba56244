import type { Guidance } from '@keepup/core'

/** Several guidances as one, in this order; `undefined` where there is none. */
export function joinGuidance(...some: readonly (Guidance | undefined)[]): Guidance | undefined {
  const all = some.filter((one) => one !== undefined)
  const [first] = all
  if (all.length < 2) return first
  return {
    async read(situation) {
      const read = await Promise.all(all.map((one) => one.read(situation)))
      return read.flat()
    },
  }
}
