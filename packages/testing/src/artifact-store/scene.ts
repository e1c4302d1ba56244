import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'

import {
  type ArtifactHash,
  type ArtifactInfo,
  type ArtifactStore,
  type Checkpointer,
  type Milliseconds,
  systemClock,
  trustedLabel,
} from '@keepup/core'

import type { Check } from '../check.ts'
import { hold, type Holder } from '../checkpointer/scene.ts'
import { createShiftingClock } from '../shifting-clock.ts'
import type { ArtifactCapability, ArtifactStoreHarness, ArtifactStoreUnderTest } from './harness.ts'

/** A store with everything a check needs at hand. */
export interface ArtifactScene {
  readonly store: ArtifactStoreUnderTest
  readonly artifacts: ArtifactStore
  readonly checkpointer: Checkpointer
  /** A span of time that `pass` can bridge. */
  readonly span: Milliseconds
  /** Lets a span pass by the store's clock. */
  pass(): Promise<void>
  hold(thread: string): Promise<Holder>
  /** The same store through a second connection, where the backend has one; otherwise the same. */
  beside(): Promise<ArtifactStoreUnderTest>
  reopened(): Promise<ArtifactScene>
}

/** A check over a fresh store, run only on backends that have what it needs. */
export interface ArtifactCheck extends Check<ArtifactStoreHarness> {
  readonly needs: readonly ArtifactCapability[]
}

/** A check that opens a scene, tries, and closes everything. */
export function check(
  name: string,
  body: (scene: ArtifactScene) => Promise<void>,
  needs: readonly ArtifactCapability[] = [],
): ArtifactCheck {
  const run = async (harness: ArtifactStoreHarness): Promise<void> => {
    const open: ArtifactStoreUnderTest[] = []
    try {
      await body(await createScene(harness, open))
    } finally {
      for (const store of open.toReversed()) await store.dispose()
    }
  }
  return { name, needs, run }
}

async function createScene(
  harness: ArtifactStoreHarness,
  open: ArtifactStoreUnderTest[],
): Promise<ArtifactScene> {
  const clock = createShiftingClock()
  const span = harness.realClock?.wait ?? 3_600_000
  const around = (store: ArtifactStoreUnderTest): ArtifactScene => ({
    store,
    artifacts: store.artifacts,
    checkpointer: store.checkpointer,
    span,
    pass: async () => {
      if (harness.realClock === undefined) clock.shift(span + 50)
      else await systemClock.sleep(span + 50)
    },
    hold: (thread) => hold({ checkpointer: store.checkpointer, ttl: 30_000 }, thread),
    beside: async () => {
      if (harness.lacks?.includes('second')) return store
      assert.ok(store.second, 'The harness has no `second`: give it, or name it in `lacks`')
      const second = await store.second()
      open.push(second)
      return second
    },
    reopened: async () => {
      assert.ok(store.reopen, 'The harness has no `reopen`: give it, or name it in `lacks`')
      open.splice(open.indexOf(store), 1)
      const reopened = await store.reopen()
      open.unshift(reopened)
      return around(reopened)
    },
  })
  const store = await harness.create({ clock })
  open.push(store)
  return around(store)
}

/** Bytes that differ from place to place, the same for the same seed. */
export function someBytes(size: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >> 8) * 7 + seed * 101) % 256)
}

/** Bytes in chunks of some size. */
export async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}

/** SHA-256 in lower-case hexadecimal. */
export function sha256(bytes: Uint8Array): ArtifactHash {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Puts bytes as trusted plain text. */
export function put(
  artifacts: ArtifactStore,
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<ArtifactInfo> {
  return artifacts.put(bytes, { mediaType: 'text/plain', label: trustedLabel })
}

/** All the bytes that `get` gives. */
export async function bytesOf(
  artifacts: ArtifactStore,
  hash: ArtifactHash,
  range?: { readonly from?: number; readonly to?: number },
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of artifacts.get(hash, range)) chunks.push(Uint8Array.from(chunk))
  return new Uint8Array(Buffer.concat(chunks))
}
