import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

import { KeepupError } from '@keepup/core'

import type { Environment } from '../host.ts'
import { readKeychain, writeKeychain } from './keychain.ts'

const keyLength = 32

/** Reads a root key from where it is kept: see `KeyPlace.root`. Fails `keys-required` where there is none, `configuration-invalid` where it is none. */
export async function readRootKey(root: string, environment: Environment): Promise<Uint8Array> {
  const text = await findText(root, environment)
  if (text !== undefined) return parseKey(root, text)
  throw new KeepupError('keys-required', `there is no key in ${placeName(root)}`, {
    details: { fix: fixOf(root), reason: 'missing' },
  })
}

/** Makes a root key where there is none, in a file for its owner alone or in the keychain; `false` where there is one. A variable cannot be made. */
export async function makeRootKey(root: string, environment: Environment): Promise<boolean> {
  if ((await findText(root, environment)) !== undefined) return false
  if (variableOf(root) !== undefined) return false
  const text = randomBytes(keyLength).toString('base64')
  const account = accountOf(root)
  if (account === undefined) await writeNewFile(root, `${text}\n`)
  else await writeKeychain(account, text)
  return true
}

/** A root key's place, for a sentence. */
export function placeName(root: string): string {
  const [variable, account] = [variableOf(root), accountOf(root)]
  if (variable !== undefined) return `the variable ${variable}`
  return account === undefined ? root : `the keychain (keepup, ${account})`
}

async function findText(root: string, environment: Environment): Promise<string | undefined> {
  const [variable, account] = [variableOf(root), accountOf(root)]
  if (variable !== undefined) return environment[variable] || undefined
  return account === undefined ? readFileIfAny(root) : readKeychain(account)
}

function variableOf(root: string): string | undefined {
  return /^env:(.*)$/.exec(root)?.[1]
}

function accountOf(root: string): string | undefined {
  const [found, name] = /^keychain(?::(.*))?$/.exec(root) ?? []
  return found === undefined ? undefined : (name ?? 'root key')
}

/** 32 bytes in base64, or in hexadecimal. */
function parseKey(root: string, text: string): Uint8Array {
  const trimmed = text.trim()
  const isHexadecimal = /^[0-9a-f]{64}$/i.test(trimmed)
  const bytes = Buffer.from(trimmed, isHexadecimal ? 'hex' : 'base64')
  const isWhole = isHexadecimal || /^[\w+/-]{43}=?$/.test(trimmed)
  if (isWhole && bytes.length === keyLength) return Uint8Array.from(bytes)
  throw new KeepupError('configuration-invalid', `what is in ${placeName(root)} is no key`, {
    details: { fix: `put ${keyLength} random bytes there in base64, as one line (openssl rand -base64 32)` },
  })
}

async function readFileIfAny(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path)
    if (!found.isFile()) throw unfit(path, 'is no plain file', 'name a file')
    if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
      throw unfit(path, 'can be read by others', `let only its owner read it: chmod 600 ${path}`)
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function writeNewFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await using file = await open(path, 'wx', 0o600)
  await file.writeFile(text)
  await file.sync()
}

function unfit(path: string, why: string, fix: string): KeepupError {
  return new KeepupError('configuration-invalid', `the key file ${path} ${why}`, { details: { fix } })
}

function fixOf(root: string): string {
  if (variableOf(root) !== undefined)
    return `set it to the key that the store was encrypted with; for a new store to 32 random bytes (openssl rand -base64 32)`
  return 'bring it back from where a copy is kept; for a store that is not encrypted yet, make one with: keepup store encrypt'
}
