import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

import { KeepupError } from '@keepup/core'
import { systemKeychain } from '@keepup/keychain'

/** A key in an environment variable, as 64 hexadecimal digits: for machines without a keychain. Fails `configuration-invalid` where it is none. */
export function environmentKey(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): () => Promise<Uint8Array> {
  return async () => {
    const text = environment[name] ?? ''
    if (/^[\da-f]{64}$/i.test(text)) return Buffer.from(text, 'hex')
    throw new KeepupError(
      'configuration-invalid',
      `${name} holds no key. Set it to 64 hexadecimal digits, as openssl rand -hex 32 prints them.`,
    )
  }
}

/** A key in a file, mode 0600, made at first use. Whoever may read the user's files can read it: it keeps tokens out of backups and search, no more. */
export function fileKey(file: string): () => Promise<Uint8Array> {
  return async () => {
    const kept = await readKey(file)
    if (kept !== undefined) return kept
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const made = `${file}.${randomUUID()}`
    try {
      await writeFile(made, randomBytes(32), { flag: 'wx', mode: 0o600, flush: true })
      // Whole, and only where no other process was faster.
      await link(made, file).catch(unlessThere)
    } finally {
      await rm(made, { force: true })
    }
    return (await readKey(file)) ?? (await fileKey(file)())
  }
}

/** Which key of the keychain, and what there is without one. */
export interface KeychainKeyOptions {
  readonly service: string
  readonly account: string
  /** Asked where there is no keychain. Without it, that fails. */
  readonly otherwise?: () => Promise<Uint8Array>
  /** Those of the process when left out. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly platform?: NodeJS.Platform
}

/**
 * A key in the keychain of the operating system, made at first use, through `@napi-rs/keyring`, which must be installed. On Linux that takes a desktop session.
 * Fails `configuration-invalid` where there is no keychain and no other key.
 */
export function keychainKey(options: KeychainKeyOptions): () => Promise<Uint8Array> {
  const { otherwise, environment = process.env, platform = process.platform } = options
  const isThere = platform !== 'linux' || (environment['DBUS_SESSION_BUS_ADDRESS'] ?? '') !== ''
  return async () => {
    try {
      if (isThere) return await keptInKeychain(options)
    } catch (cause) {
      if (otherwise === undefined) throw noKeychain(cause)
    }
    if (otherwise === undefined) throw noKeychain()
    return otherwise()
  }
}

async function keptInKeychain({ service, account }: KeychainKeyOptions): Promise<Uint8Array> {
  const keychain = systemKeychain(service)
  const kept = await keychain.read(account)
  if (kept !== undefined) return Buffer.from(kept, 'base64')
  const made = randomBytes(32)
  await keychain.write(account, made.toString('base64'))
  return made
}

function noKeychain(cause?: unknown): KeepupError {
  return new KeepupError(
    'configuration-invalid',
    'The keychain of this machine cannot be used. Install @napi-rs/keyring and unlock the keychain, or give a key by environmentKey or fileKey.',
    { cause },
  )
}

async function readKey(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function unlessThere(error: unknown): void {
  if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return
  throw error
}
