import type { WholeParts } from './worker-parts.ts'

/** A database that is away comes back: what failed is told, and done again later. */
export async function heedTrouble(parts: WholeParts, body: () => Promise<void>): Promise<void> {
  try {
    await body()
  } catch (error) {
    parts.tell({ type: 'troubled', error })
  }
}
