import { expect, test } from 'vitest'

/** An attack of the shared list, and what stops it. */
export interface Attack {
  readonly id: string
  readonly name: string
  /** What is off in the undefended run: a check of ours, or all that we add to what we build on. */
  readonly without: string
  /** Attacks once. Whether the attacker got what he wanted. */
  readonly succeeds: (isDefended: boolean) => boolean | Promise<boolean>
}

/** Tests each attack twice: it fails, and it succeeds where what stops it is off. */
export function testAttacks(attacks: readonly Attack[]): void {
  test.each(attacks)('$id: $name: refused', async ({ succeeds }) => {
    expect(await succeeds(true)).toBe(false)
  })
  test.each(attacks)('$id: $name: succeeds without $without', async ({ succeeds }) => {
    expect(await succeeds(false)).toBe(true)
  })
}
