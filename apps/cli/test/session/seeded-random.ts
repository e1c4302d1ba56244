import { createRandom } from '../kill/random.ts'

/** Rounds of a property: few by default, `KEEPUP_ROUNDS` for more. */
export const rounds = Number(process.env['KEEPUP_ROUNDS'] ?? 60)

/** Chance that a seed decides: whole numbers below a bound. Prints the seed, so that a failure can be played again with KEEPUP_SEED. */
export function seededRandom(): (below: number) => number {
  const seed = Number(process.env['KEEPUP_SEED'] ?? Date.now() % 1_000_000)
  console.log(`KEEPUP_SEED=${seed}`)
  return createRandom(seed)
}
