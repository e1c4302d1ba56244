import { hash, randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { type Key, KeepupError, type KeyRing, type Milliseconds } from '@keepup/core'

import { openBytes, sealBytes } from './sealed-bytes.ts'

/** A {@link KeyRing} in a folder of files. */
export interface FileKeyRing extends KeyRing {
  /** Makes a new present key of a scope; what was written under older ones stays readable. */
  rotate(scope: string): Promise<Key>
}

const keyLength = 32

/**
 * Keys as files of mode 0600 in a folder of mode 0700, each wrapped by a root of 32 bytes that is kept elsewhere: the environment, a KMS. Keep the folder
 * away from the database and its backups: whoever has both and the root reads everything, and a backup of the folder brings back what was destroyed.
 * Any number of processes may use it. Another root fails `keys-required`.
 */
export function fileKeyRing(folder: string, root: Uint8Array): FileKeyRing {
  if (root.length !== keyLength) {
    throw new KeepupError(
      'input-invalid',
      `A root key has ${keyLength} bytes, but this one has ${root.length}.`,
    )
  }
  const wrapping: Key = { id: 'root', bytes: Uint8Array.from(root) }

  async function load(scope: string, number: number): Promise<Key | undefined> {
    const text = await readFile(join(folder, fileName(scope, number)), 'utf8').catch(missing)
    if (text === undefined) return undefined
    const [id = '', wrapped = ''] = text.trim().split(' ')
    const place = JSON.stringify(['keepup-key', 1, scope, id])
    return {
      id,
      bytes: openBytes(wrapping, place, Buffer.from(wrapped, 'base64'), `The key ${id} of ${scope}`),
    }
  }

  /** The key of a number: a new one, or that of whoever was first. */
  async function make(scope: string, number: number): Promise<Key> {
    const id = `${number}-${randomBytes(6).toString('hex')}`
    const wrapped = sealBytes(wrapping, JSON.stringify(['keepup-key', 1, scope, id]), randomBytes(keyLength))
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const path = join(folder, fileName(scope, number))
    const draft = `${path}.${id}.draft`
    try {
      await using file = await open(draft, 'wx', 0o600)
      await file.writeFile(`${id} ${Buffer.from(wrapped).toString('base64')}\n`)
      // Nothing may be written under a key that a power loss could take.
      await file.sync()
      await link(draft, path).catch(alreadyThere)
    } finally {
      await rm(draft, { force: true })
    }
    await syncFolder(folder)
    return (await load(scope, number)) ?? make(scope, number)
  }

  async function find(scope: string, id: string | undefined): Promise<Key | undefined> {
    if (id === undefined) {
      const last = (await numbersIn(folder, scope)).at(-1) ?? 1
      return (await load(scope, last)) ?? make(scope, last)
    }
    const key = await load(scope, Number.parseInt(id, 10))
    return key?.id === id ? key : undefined
  }

  const known = keysOfFolder(folder)
  return {
    get: (scope, id) => known.get(JSON.stringify([scope, id]), () => find(scope, id)),
    async rotate(scope) {
      return make(scope, ((await numbersIn(folder, scope)).at(-1) ?? 0) + 1)
    },
    async destroy(scope) {
      for (const number of await numbersIn(folder, scope)) {
        const path = join(folder, fileName(scope, number))
        await overwrite(path)
        await rm(path, { force: true })
      }
      await syncFolder(folder).catch(missing)
    },
  }
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

async function syncFolder(folder: string): Promise<void> {
  // Windows does not open folders.
  if (process.platform === 'win32') return
  await using handle = await open(folder, 'r')
  await handle.sync()
}

function missing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}

function alreadyThere(error: unknown): void {
  if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return
  throw error
}
