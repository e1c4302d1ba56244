import { randomBytes } from 'node:crypto'

import { encryptedArtifacts, encryptedCheckpointer, fileKeyRing, ringIdIn } from '@keepup/checkpoint'
import { KeepupError, type KeyRing } from '@keepup/core'

import type { LockedStore, Store } from '../store.ts'
import type { KeyPlace } from './key-place.ts'
import { readRootKey } from './root-key.ts'
import { artifactScope, scopedKeyRing } from './scoped-key-ring.ts'
import type { StoreMark } from './store-mark.ts'

/** The keys of one store. */
export interface StoreKeys {
  /** A key for each thread. */
  readonly threads: KeyRing
  /** The key of artifacts. */
  readonly artifacts: KeyRing
  readonly mark: StoreMark
}

/**
 * A store whose content can be read and written. Where keys are named, what is written from now on is encrypted, and the store says so for good. Fails
 * `keys-required` where it is encrypted and the keys are missing or others: then nothing was changed.
 */
export async function unlockStore(locked: LockedStore, place: KeyPlace | undefined): Promise<Store> {
  const mark = await locked.mark.read()
  if (place === undefined) {
    if (mark !== undefined) throw isLocked(locked.path, mark)
    return { ...locked, stored: locked }
  }
  const keys = await storeKeys(locked, mark, place)
  return {
    ...locked,
    stored: locked,
    keys,
    artifacts: encryptedArtifacts(locked.artifacts, keys.artifacts, artifactScope),
    checkpointer: {
      ...encryptedCheckpointer(locked.checkpointer, keys.threads),
      receive: (part) => locked.checkpointer.receive(part),
    },
  }
}

async function storeKeys(
  { path, mark: rows }: LockedStore,
  mark: StoreMark | undefined,
  place: KeyPlace,
): Promise<StoreKeys> {
  const ring = fileKeyRing(place.folder, await readRootKey(place.root, place.environment))
  if (mark !== undefined) {
    const found = await ringIdIn(place.folder)
    if (found !== mark.ring) throw lostRing(path, mark, place, found)
  }
  const id = await ring.id()
  const kept = mark ?? (await rows.write({ store: randomBytes(8).toString('hex'), ring: id }))
  if (kept.ring !== id) throw lostRing(path, kept, place, id)
  return {
    mark: kept,
    threads: scopedKeyRing(ring, kept, 'threads'),
    artifacts: scopedKeyRing(ring, kept, 'artifacts'),
  }
}

function isLocked(path: string, { ring }: StoreMark): KeepupError {
  return new KeepupError('keys-required', `the store ${path} is encrypted, with the keys of ring ${ring}`, {
    details: {
      ring,
      reason: 'missing',
      fix: 'name its root key: --keys FILE, --keys env:NAME or --keys keychain, or KEEPUP_KEYS',
    },
  })
}

function lostRing(
  path: string,
  { ring }: StoreMark,
  place: KeyPlace,
  found: string | undefined,
): KeepupError {
  const has = found === undefined ? 'has no key ring' : `has another one (${found})`
  return new KeepupError(
    'keys-required',
    `the store ${path} needs key ring ${ring}, but ${place.folder} ${has}`,
    {
      details: {
        ring,
        reason: 'missing',
        fix: 'name the folder with --key-ring, or bring it back from where a copy is kept; nothing was changed',
      },
    },
  )
}
