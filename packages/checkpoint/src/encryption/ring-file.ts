import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { type Key, KeepupError } from '@keepup/core'

import { openBytes, sealBytes } from './sealed-bytes.ts'
import { missing, syncFolder, writeDurably } from './write-durably.ts'

/** The keys that wrap the keys of a ring, the present one first. They are wrapped by the root in one file, so that another root is one replaced file. */
export interface RingFile {
  /** Of the ring: stays when its root changes. */
  readonly id: string
  readonly masters: readonly Key[]
}

interface Stored {
  readonly 'keepup-key-ring': 1
  readonly id: string
  readonly masters: readonly (readonly [id: string, sealed: string])[]
}

const name = 'ring.json'

/** The id of the ring in a folder, which is no secret; `undefined` where there is none. */
export async function ringIdIn(folder: string): Promise<string | undefined> {
  return (await readStored(folder))?.id
}

/** Opens the ring in a folder; `undefined` where there is none. Fails `keys-required` for another root. */
export async function openRing(folder: string, root: Uint8Array): Promise<RingFile | undefined> {
  const stored = await readStored(folder)
  if (stored === undefined) return undefined
  try {
    const masters = stored.masters.map(([id, sealed]) => {
      const bytes = openBytes(
        rootKey(root),
        placeOf(stored.id, id),
        Buffer.from(sealed, 'base64'),
        'The ring',
      )
      return { id, bytes }
    })
    return { id: stored.id, masters }
  } catch (cause) {
    const message = `The root key does not open the key ring ${folder}. Give the one that it was made with or rotated to last; nothing was changed.`
    throw new KeepupError('keys-required', message, { cause, details: { folder, reason: 'wrong' } })
  }
}

/** Makes a ring in a folder, or gives that of whoever was first. Fails `keys-required` where the ring of the keys that are there is gone. */
export async function makeRing(folder: string, root: Uint8Array): Promise<RingFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const names = await readdir(folder)
  if (!names.includes(name) && names.some((file) => /^[0-9a-f]{64}\.\d+$/.test(file))) {
    const message = `The key ring ${folder} has keys, but its ${name} is gone, without which none of them opens. Bring it back from where the folder was kept.`
    throw new KeepupError('keys-required', message, { details: { folder, reason: 'missing' } })
  }
  const ring = { id: randomBytes(8).toString('hex'), masters: [newMaster()] }
  await writeDurably(join(folder, name), textOf(ring, root), 'new')
  return (await openRing(folder, root)) ?? makeRing(folder, root)
}

/** Replaces the ring's file in one step: whoever is killed leaves the old one or the new one. */
export async function writeRing(folder: string, ring: RingFile, root: Uint8Array): Promise<void> {
  await writeDurably(join(folder, name), textOf(ring, root), 'replace')
  await syncFolder(folder)
}

/** A new key that wraps others. */
export function newMaster(): Key {
  return { id: randomBytes(6).toString('hex'), bytes: randomBytes(32) }
}

function textOf({ id, masters }: RingFile, root: Uint8Array): string {
  const sealed = masters.map((master) => {
    const bytes = sealBytes(rootKey(root), placeOf(id, master.id), master.bytes)
    return [master.id, Buffer.from(bytes).toString('base64')] as const
  })
  const stored: Stored = { 'keepup-key-ring': 1, id, masters: sealed }
  return `${JSON.stringify(stored)}\n`
}

async function readStored(folder: string): Promise<Stored | undefined> {
  const text = await readFile(join(folder, name), 'utf8').catch(missing)
  if (text === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(text)
    if (isStored(parsed)) return parsed
  } catch {
    // Told below.
  }
  const message = `${join(folder, name)} is no key ring: it was damaged. Bring it back from where the folder was kept; nothing was changed.`
  throw new KeepupError('keys-required', message, { details: { folder, reason: 'missing' } })
}

function isStored(value: unknown): value is Stored {
  if (typeof value !== 'object' || value === null || !('masters' in value) || !('id' in value)) return false
  const { masters } = value
  return (
    typeof value.id === 'string' &&
    Array.isArray(masters) &&
    masters.length > 0 &&
    masters.every((each) => Array.isArray(each) && each.every((part) => typeof part === 'string'))
  )
}

function rootKey(root: Uint8Array): Key {
  return { id: 'root', bytes: root }
}

function placeOf(ring: string, master: string): string {
  return JSON.stringify(['keepup-key-ring', 1, ring, master])
}
