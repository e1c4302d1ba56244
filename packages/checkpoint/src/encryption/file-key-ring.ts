import { hash, randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { type Key, KeepupError, type KeyRing, type Milliseconds } from '@keepup/core'

import { makeRing, newMaster, openRing, ringIdIn, type RingFile, writeRing } from './ring-file.ts'
import { withRingLock } from './ring-lock.ts'
import { openBytes, sealBytes } from './sealed-bytes.ts'
import { missing, syncFolder, writeDurably } from './write-durably.ts'

/** A {@link KeyRing} in a folder of files. */
export interface FileKeyRing extends KeyRing {
  /** Names the ring for good, also under another root; makes it where there is none. Fails `keys-required` for another root. */
  id(): Promise<string>
  /** Makes a new present key of a scope; what was written under older ones stays readable. */
  rotate(scope: string): Promise<Key>
  /**
   * Wraps every key anew under another root of 32 bytes. From one moment on only that one opens the ring; killed at any time, all keys are readable under the
   * one or the other, and calling it again on a ring of the new root does what is left. Gives how many keys there are.
   */
  rotateRoot(root: Uint8Array): Promise<number>
}

const keyLength = 32

/**
 * Keys as files of mode 0600 in a folder of mode 0700, wrapped under a root of 32 bytes that is kept elsewhere: the environment, a keychain, a KMS. Keep the folder
 * away from the database and its backups: whoever has both and the root reads everything, and a backup of the folder brings back what was destroyed.
 * Any number of processes may use it. Another root fails `keys-required`.
 */
export function fileKeyRing(folder: string, root: Uint8Array): FileKeyRing {
  checkRoot(root)
  const present = Uint8Array.from(root)

  /** The key of a number: a new one, or that of whoever was first. */
  async function make(scope: string, number: number): Promise<Key> {
    await makeRing(folder, present)
    return withRingLock(folder, async () => {
      // Under the lock: wrapped by a key that has just been replaced, it would never open again.
      const ring = await makeRing(folder, present)
      const key = { id: `${number}-${randomBytes(6).toString('hex')}`, bytes: randomBytes(keyLength) }
      await writeDurably(join(folder, fileName(scope, number)), wrap(ring, fileName(scope, ''), key), 'new')
      const made = await load(folder, ring, fileName(scope, number))
      if (made === undefined)
        throw new KeepupError('internal', `A key of ${scope} vanished while it was made.`)
      return made
    })
  }

  async function find(scope: string, id: string | undefined): Promise<Key | undefined> {
    const ring = await openRing(folder, present)
    if (id === undefined) {
      const last = (await numbersIn(folder, scope)).at(-1)
      const found = last === undefined ? undefined : await load(folder, ring, fileName(scope, last))
      return found ?? make(scope, last ?? 1)
    }
    const key = await load(folder, ring, fileName(scope, Number.parseInt(id, 10)))
    return key?.id === id ? key : undefined
  }

  const known = keysOfFolder(folder)
  return {
    id: async () => ((await openRing(folder, present)) ?? (await makeRing(folder, present))).id,
    get: (scope, id) => known.get(JSON.stringify([scope, id]), () => find(scope, id)),
    rotate: async (scope) => make(scope, ((await numbersIn(folder, scope)).at(-1) ?? 0) + 1),
    rotateRoot: (next) => rotateRoot(folder, present, Uint8Array.from(next)),
    async destroy(scope) {
      if ((await ringIdIn(folder)) === undefined) return
      await withRingLock(folder, () => destroyKeys(folder, scope))
    },
  }
}

function checkRoot(root: Uint8Array): void {
  if (root.length === keyLength) return
  const message = `A root key has ${keyLength} bytes, but this one has ${root.length}.`
  throw new KeepupError('input-invalid', message)
}

/** A key file: the key's id, that of the key it is wrapped by, and the wrapped bytes. Bound to the name of its scope's files. */
function wrap({ masters: [master] }: RingFile, name: string, { id, bytes }: Key): string {
  if (master === undefined) throw new KeepupError('internal', 'A key ring has nothing to wrap keys with.')
  const sealed = sealBytes(master, placeOf(name, id), bytes)
  return `${id} ${master.id} ${Buffer.from(sealed).toString('base64')}\n`
}

function placeOf(name: string, id: string): string {
  return JSON.stringify(['keepup-key', 1, name, id])
}

async function load(folder: string, ring: RingFile | undefined, file: string): Promise<Key | undefined> {
  const text = await readFile(join(folder, file), 'utf8').catch(missing)
  if (text === undefined || ring === undefined) return undefined
  const [id = '', by = '', sealed = ''] = text.trim().split(' ')
  const master = ring.masters.find((each) => each.id === by)
  // Replaced between the look at the ring and this one.
  if (master === undefined) throw wrappedElsewhere(folder, file)
  const name = file.slice(0, file.lastIndexOf('.') + 1)
  return { id, bytes: openBytes(master, placeOf(name, id), Buffer.from(sealed, 'base64'), `The key ${id}`) }
}

function wrappedElsewhere(folder: string, file: string): KeepupError {
  const message = `The key ${join(folder, file)} is wrapped by a key that its ring does not have. Was the root key changed just now, try again; else bring the whole folder back from one and the same time.`
  return new KeepupError('keys-required', message, { details: { folder, reason: 'wrong' } })
}

async function rotateRoot(folder: string, root: Uint8Array, next: Uint8Array): Promise<number> {
  checkRoot(next)
  await makeRing(folder, root)
  return withRingLock(folder, async () => {
    const old = await makeRing(folder, root)
    const between = { id: old.id, masters: [newMaster(), ...old.masters] }
    await writeRing(folder, between, next)
    const files = (await readdir(folder)).filter((name) => /^[0-9a-f]{64}\.\d+$/.test(name))
    for (const file of files) {
      const key = await load(folder, between, file)
      if (key === undefined) continue
      const text = wrap(between, file.slice(0, file.lastIndexOf('.') + 1), key)
      await writeDurably(join(folder, file), text, 'replace')
    }
    await writeRing(folder, { id: old.id, masters: between.masters.slice(0, 1) }, next)
    return files.length
  })
}

/** Also what a killed process had written and not put in its place. */
async function destroyKeys(folder: string, scope: string): Promise<void> {
  const start = fileName(scope, '')
  for (const name of await readdir(folder)) {
    if (!name.startsWith(start)) continue
    await overwrite(join(folder, name))
    await rm(join(folder, name), { force: true })
  }
  await syncFolder(folder)
}

/** The numbers of a scope's keys, ascending. */
async function numbersIn(folder: string, scope: string): Promise<number[]> {
  const start = fileName(scope, '')
  const names = (await readdir(folder).catch(missing)) ?? []
  return names
    .filter((name) => name.startsWith(start) && /^\d+$/.test(name.slice(start.length)))
    .map((name) => Number(name.slice(start.length)))
    .toSorted((a, b) => a - b)
}

/** So long after a change of the folder, another one changes its time for certain. */
const settled: Milliseconds = 1_000

/** Remembers keys for as long as nothing in the folder changes, in any process: a key that is destroyed is forgotten at once. */
function keysOfFolder(folder: string) {
  const keys = new Map<string, Key>()
  let changed: bigint | undefined
  return {
    async get(name: string, find: () => Promise<Key | undefined>): Promise<Key | undefined> {
      const time = statSync(folder, { bigint: true, throwIfNoEntry: false })?.mtimeNs
      if (time !== changed) keys.clear()
      changed = time
      const remembered = keys.get(name)
      if (remembered !== undefined) return remembered
      const key = await find()
      const isSettled = time !== undefined && Date.now() - Number(time / 1_000_000n) > settled
      if (isSettled && time === changed && key !== undefined) keys.set(name, key)
      return key
    },
  }
}

/** Scopes are names of threads, which may hold any character. */
function fileName(scope: string, number: number | ''): string {
  return `${hash('sha256', scope)}.${number}`
}

async function overwrite(path: string): Promise<void> {
  const file = await open(path, 'r+').catch(missing)
  if (file === undefined) return
  try {
    const { size } = await file.stat()
    await file.write(Buffer.alloc(size), 0, size, 0)
    await file.sync()
  } finally {
    await file.close()
  }
}
