import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import type { Hash } from '@keepup/core'

import type { Environment } from '../host.ts'
import { invalidSetting } from '../settings/invalid-setting.ts'
import { readPlainFile } from '../settings/read-plain-file.ts'
import { userFile } from '../settings/user-file.ts'

/** What a person approved: by the file of a project, the digest of what it said. */
export type TrustedHooks = ReadonlyMap<string, Hash>

/** What can be approved, by the name of the file that says what was. */
export type TrustFile = 'trusted-hooks.json' | 'trusted-texts.json'

/** Where approvals are kept: beside the person's own settings, never in a project. */
export function trustFile(environment: Environment, name: TrustFile = 'trusted-hooks.json'): string {
  return join(dirname(userFile(environment)), name)
}

/** Reads what was approved. Fails `configuration-invalid` where the file is damaged. */
export function readTrusted(environment: Environment, name?: TrustFile): TrustedHooks {
  const path = trustFile(environment, name)
  try {
    const value: unknown = JSON.parse(readPlainFile(path))
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
    return new Map(entries.flatMap(([file, digest]) => (typeof digest === 'string' ? [[file, digest]] : [])))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map()
    throw invalidSetting(path, 'cannot be read', 'correct it, or remove it and approve again', error)
  }
}

/** Writes what is approved from now on, all at once. */
export function writeTrusted(environment: Environment, trusted: TrustedHooks, name?: TrustFile): void {
  const path = trustFile(environment, name)
  mkdirSync(dirname(path), { recursive: true })
  const beside = `${path}.${process.pid}`
  writeFileSync(beside, `${JSON.stringify(Object.fromEntries(trusted), undefined, 2)}\n`, { mode: 0o600 })
  renameSync(beside, path)
}
