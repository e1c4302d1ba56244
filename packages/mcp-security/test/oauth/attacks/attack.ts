import { KeepupError } from '@keepup/core'
import { expect, test } from 'vitest'

import type { Defences } from '../../../src/oauth/defences.ts'

/** What came of an attack. */
export interface Harm {
  /** Whether the attacker got what he wanted. */
  readonly done: boolean
  /** Why the client refused, where it did: `details.reason` of the error, or its code. */
  readonly reason?: string
}

/** An attack of the shared list, and the defence that stops it. */
export interface Attack {
  readonly id: string
  readonly name: string
  /** What is off in the undefended run. */
  readonly without: readonly (keyof Defences)[] | string
  /** What the refusal says; none where the attack is ignored and the client goes on. */
  readonly reason?: string
  /** Attacks once; `off` holds what is off. */
  readonly run: (off: Partial<Defences>, isDefended: boolean) => Promise<Harm>
}

/** Tests each attack twice: it fails for its reason, and it succeeds where the defence that stops it is off. */
export function testAttacks(attacks: readonly Attack[]): void {
  test.each(attacks)('$id: $name: refused', async ({ run, reason }) => {
    expect(await run({}, true)).toEqual({ done: false, ...(reason !== undefined && { reason }) })
  })
  test.each(attacks)('$id: $name: succeeds without $without', async ({ run, without }) => {
    const off = typeof without === 'string' ? [] : without
    expect((await run(Object.fromEntries(off.map((name) => [name, false])), false)).done).toBe(true)
  })
}

/** The reason of a failure; empty where there was none. */
export async function reasonOf(work: Promise<unknown>): Promise<{ readonly reason?: string }> {
  try {
    await work
    return {}
  } catch (error) {
    if (!KeepupError.is(error)) throw error
    return { reason: typeof error.details['reason'] === 'string' ? error.details['reason'] : error.code }
  }
}
