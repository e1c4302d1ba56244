import assert from 'node:assert/strict'

import { type ErrorCode, KeepupError, type Owner } from '@keepup/core'

import type { Claim, ClaimRequest, RunQueue, WorkerFacts } from '../run-queue.ts'
import type { OpenQueue, QueueHarness } from './harness.ts'

/** After so many attempts a job is dead, in the suite. */
export const attempts = 3

/** One sentence of the contract and the code that tries to break it. */
export interface QueueCheck {
  /** The sentence, in the contract's words. */
  readonly name: string
  /** Opens what it needs, tries, and closes. Rejects where the promise does not hold. */
  readonly run: (harness: QueueHarness) => Promise<void>
}

/** What a check works with. */
export interface QueueScene extends OpenQueue {
  readonly patience: number
  /** Whose processes are provably dead, by their instance; none at first. */
  readonly dead: Set<string>
}

/** A check that opens a queue, tries, and closes everything. */
export function check(name: string, body: (queue: RunQueue, scene: QueueScene) => Promise<void>): QueueCheck {
  return {
    name,
    run: async (harness) => {
      const dead = new Set<string>()
      const opened = await harness.create({ attempts, isOwnerDead: ({ instance }) => dead.has(instance) })
      try {
        await body(opened.queue, { ...opened, dead, patience: harness.patience })
      } finally {
        await opened.dispose()
      }
    },
  }
}

/** A worker of a name. */
export function worker(id: string, version = 1): WorkerFacts {
  const owner: Owner = { host: 'host', boot: 'boot', process: 1, started: 'once', instance: id }
  return { id, owner, version }
}

/** The worker of most checks. */
export const ada: WorkerFacts = worker('ada')

/** Claims, by one worker where nobody else is named. */
export function claim(queue: RunQueue, asked: Partial<ClaimRequest> = {}): Promise<readonly Claim[]> {
  return queue.claim({ worker: ada, limit: 100, ...asked })
}

/** Claims one job, which must be there. */
export async function claimOne(queue: RunQueue, by: WorkerFacts = ada): Promise<Claim> {
  const [only] = await claim(queue, { worker: by, limit: 1 })
  assert.ok(only !== undefined, 'there is a job to claim')
  return only
}

/** The threads of claims or jobs, in their order. */
export function threads(all: readonly { readonly thread: string }[]): readonly string[] {
  return all.map(({ thread }) => thread)
}

/** Asserts that something fails with a code. */
export async function failsWith(attempt: Promise<unknown>, code: ErrorCode): Promise<void> {
  const error: unknown = await attempt.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  assert.ok(KeepupError.is(error, code), `Expected \`${code}\`, got ${String(error)}`)
}
