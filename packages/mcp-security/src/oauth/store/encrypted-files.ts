import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { KeepupError } from '@keepup/core'

import type { CredentialStore } from './credential-store.ts'
import { inTurn } from './in-turn.ts'
import { withProcessLock } from './process-lock.ts'

/** Where the files are and what they are encrypted with. */
export interface EncryptedFilesOptions {
  /** A folder of its own, on a local disk; made with mode 0700. */
  readonly folder: string
  /** 32 bytes, asked for once: `keychainKey`, `environmentKey`, `fileKey`, or your own. */
  readonly key: () => Promise<Uint8Array>
}

const magic = Buffer.from('KUC1')
const nonceLength = 12
const tagLength = 16

/**
 * Keeps each credential in a file of its own: AES-256-GCM with a fresh nonce, bound to the credential's key so that files cannot be exchanged, mode 0600, replaced
 * as a whole. File names tell nothing. `exclusive` holds across the processes of one machine. Fails `configuration-invalid` for a key of the wrong length or a file
 * that this key does not open.
 */
export function encryptedFiles({ folder, key }: EncryptedFilesOptions): CredentialStore {
  let opened: Promise<Uint8Array> | undefined
  const openKey = async (): Promise<Uint8Array> => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    // One process at a time, so that two that begin at once do not make a key each.
    const bytes = await withProcessLock(join(folder, 'key.lock'), key, new AbortController().signal)
    if (bytes.length === 32) return bytes
    throw new KeepupError(
      'configuration-invalid',
      `The key for ${folder} has ${bytes.length} bytes. Give one of 32.`,
    )
  }
  const secret = (): Promise<Uint8Array> =>
    (opened ??= openKey().catch((error: unknown) => {
      // A keychain that was locked may be open next time.
      opened = undefined
      throw error
    }))
  const turns = inTurn()
  const seen = new Map<string, { readonly stamp: string; readonly value: string }>()
  const fileOf = (name: string, kind: string): string => join(folder, `${hashOf(name)}.${kind}`)
  return {
    read: async (name) => {
      const file = fileOf(name, 'credential')
      const stamp = await stampOf(file)
      if (stamp === undefined) return undefined
      const known = seen.get(name)
      if (known?.stamp === stamp.text) return known.value
      const bytes = await readIfThere(file)
      if (bytes === undefined) return undefined
      const value = decrypt(bytes, await secret(), name, folder)
      // Of the file as it was before it was read: if it was replaced since, the next look sees that.
      if (stamp.isSettled) seen.set(name, { stamp: stamp.text, value })
      return value
    },
    write: async (name, value) => replace(fileOf(name, 'credential'), encrypt(value, await secret(), name)),
    remove: (name) => rm(fileOf(name, 'credential'), { force: true }),
    exclusive: (name, work, signal) => {
      // Awaited within the turn: before it, calls could overtake each other.
      const locked = async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        return withProcessLock(fileOf(name, 'lock'), work, signal)
      }
      return turns(name, locked, signal)
    },
  }
}

/** What tells one file from another that took its place: calls look at each before they read it anew. */
interface Stamp {
  readonly text: string
  /** Whether it is older than what file systems tell apart; two files of one moment may have the same stamp. */
  readonly isSettled: boolean
}

async function stampOf(file: string): Promise<Stamp | undefined> {
  try {
    const { ino, size, mtimeNs, ctimeNs, ctimeMs } = await stat(file, { bigint: true })
    return { text: [ino, size, mtimeNs, ctimeNs].join(' '), isSettled: Date.now() - Number(ctimeMs) > 2_000 }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 40)
}

function encrypt(value: string, key: Uint8Array, name: string): Buffer {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
  cipher.setAAD(Buffer.from(name))
  const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
  return Buffer.concat([magic, nonce, cipher.getAuthTag(), text])
}

function decrypt(bytes: Buffer, key: Uint8Array, name: string, folder: string): string {
  const start = magic.length + nonceLength
  try {
    if (!bytes.subarray(0, magic.length).equals(magic)) throw new Error('Another format')
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(magic.length, start), {
      authTagLength: tagLength,
    })
    decipher.setAAD(Buffer.from(name))
    decipher.setAuthTag(bytes.subarray(start, start + tagLength))
    return Buffer.concat([decipher.update(bytes.subarray(start + tagLength)), decipher.final()]).toString(
      'utf8',
    )
  } catch (cause) {
    throw new KeepupError(
      'configuration-invalid',
      `A credential in ${folder} cannot be read: it was changed, or encrypted with another key. Bring the key back, or delete the folder and log in again.`,
      { cause },
    )
  }
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function replace(file: string, bytes: Buffer): Promise<void> {
  const next = `${file}.${randomUUID()}`
  try {
    const handle = await open(next, 'wx', 0o600)
    try {
      await handle.writeFile(bytes)
      // A rotated refresh token that is lost cannot be had again.
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(next, file)
  } catch (error) {
    await rm(next, { force: true })
    throw error
  }
}
