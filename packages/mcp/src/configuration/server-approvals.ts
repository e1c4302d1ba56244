import { createHash, randomUUID } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'

import { canonicalJson, type Hash, KeepupError } from '@keepup/core'

import { approvalDigest } from '../approval-digest.ts'
import type { ServerDefinition } from '../server-definition.ts'
import { writeFault } from './write-fault.ts'
import type { WrittenServer } from './written-server.ts'

/**
 * What a person allowed to run of what came with projects. One file for each, in a folder of the person's own: nothing in a project can say it, and two processes
 * cannot disturb each other.
 */
export interface ServerApprovals {
  /** Whether exactly this was allowed. What cannot be read was not. */
  has(digest: Hash): boolean
  /** Allows it from now on; durable when it returns. Fails `configuration-invalid` where it cannot be written. */
  add(digest: Hash, about: { readonly server: string; readonly file: string; readonly time: string }): void
  /** Forgets it; false where it was not allowed. */
  forget(digest: Hash): boolean
}

/** Approvals in a folder, which is made with the first. */
export function serverApprovals(folder: string): ServerApprovals {
  const fileOf = (digest: Hash): string => {
    if (!/^[0-9a-f]{64}$/.test(digest)) {
      throw new KeepupError('input-invalid', `${digest} is no digest. Give one of 64 hexadecimal digits.`)
    }
    return join(folder, `${digest}.json`)
  }
  return {
    has: (digest) => isOwn(folder) && isOwn(fileOf(digest)),
    add(digest, about) {
      const file = fileOf(digest)
      const beside = `${file}.${randomUUID()}`
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        writeDurably(beside, `${JSON.stringify(about, undefined, 2)}\n`)
        renameSync(beside, file)
        syncFolder(folder)
      } catch (error) {
        rmSync(beside, { force: true })
        throw writeFault(folder, error)
      }
    },
    forget(digest) {
      const file = fileOf(digest)
      const known = existsSync(file)
      rmSync(file, { force: true })
      return known
    },
  }
}

/** Others must not be able to approve for a person. */
function isOwn(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat !== undefined && (process.platform === 'win32' || (stat.mode & 0o022) === 0)
}

function writeDurably(path: string, text: string): void {
  const descriptor = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** @limit In bytes: a larger file that a project's server names is not looked into; its size and time are approved instead. */
const largestPin = 16 * 1024 * 1024
/** @limit How many files that a project's server names are looked into; of more, their sizes and times are approved. */
const mostPins = 20

/**
 * What a person allows of a project's server: the file that configures it, its exact command, arguments, folder and variables with their values as they are written (a
 * secret that stands elsewhere may change), how it logs in, and the content of each file of the project that its command or arguments name. What these files load is not part of it.
 */
export function serverDigest(written: WrittenServer, definition: ServerDefinition, folder: string): Hash {
  const { transport } = definition
  const named = transport.type === 'stdio' ? [transport.command, ...transport.args] : []
  const base = transport.type === 'stdio' && transport.cwd !== undefined ? transport.cwd : folder
  const approved = {
    file: realPath(written.place.file),
    server: written.name,
    run: approvalDigest(definition),
    written: written.transport,
    ...(written.oauth === undefined ? {} : { oauth: { ...written.oauth } }),
    pins: [...new Set(named.map((name) => resolve(base, name)))].flatMap((path, index) =>
      pinOf(path, folder, index < mostPins ? largestPin : 0),
    ),
  }
  return sha256(canonicalJson(approved))
}

function pinOf(path: string, folder: string, most: number): readonly string[] {
  const inside = relative(realPath(folder), realPath(path))
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) return []
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined || !stat.isFile()) return []
    if (stat.size > most) return [`${inside} ${stat.size} ${stat.mtimeMs}`]
    return [`${inside} ${sha256(readFileSync(path))}`]
  } catch (error) {
    // An argument need not be a name that a file can have; a file that cannot be read is another once it can be.
    return [`${inside.slice(0, 200)} ${error instanceof Error && 'code' in error ? String(error.code) : ''}`]
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(dirname(path), path)
  }
}

function sha256(content: string | Buffer): Hash {
  return createHash('sha256').update(content).digest('hex')
}
