import { randomFillSync } from 'node:crypto'

/** How many salts one call to the system's random source makes. */
const batch = 256

/** A source of salts: 16 random bytes in lower-case hexadecimal at each call, drawn from the system in bulk. */
export function createSalts(): () => string {
  const pool = Buffer.alloc(16 * batch)
  let used = pool.length
  return () => {
    if (used === pool.length) {
      randomFillSync(pool)
      used = 0
    }
    used += 16
    return pool.toString('hex', used - 16, used)
  }
}
