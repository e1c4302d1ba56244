import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import type { Keychain } from '@keepup/keychain'

import type { Environment } from '../host.ts'
import { userFile } from '../settings/user-file.ts'

/** The names of the variables whose values are in the keychain; no secret. */
function listFile(environment: Environment): string {
  return join(dirname(userFile(environment)), 'kept-keys.json')
}

/** The name of a key in the keychain. */
function account(variable: string): string {
  return `provider:${variable}`
}

/** Keeps the key of a provider for editors, whose programs rarely have a shell's variables. Fails `not-supported` without a keychain: then nothing is kept. */
export async function keepKey(
  environment: Environment,
  { variable, key }: { readonly variable: string; readonly key: string },
  keychain: Keychain,
): Promise<void> {
  await keychain.write(account(variable), key)
  const names = [...new Set([...listNames(environment), variable])].toSorted()
  const file = listFile(environment)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(file, `${JSON.stringify(names)}\n`, { mode: 0o600 })
}

/** An environment with the keys that were kept, where it does not have them itself. The keychain is asked only for keys that were kept; one that does not answer gives none. */
export async function withKeptKeys(
  environment: Environment,
  keychain: () => Promise<Keychain>,
  note: (text: string) => void,
): Promise<Environment> {
  const missing = listNames(environment).filter((name) => !environment[name])
  if (missing.length === 0) return environment
  const opened = await keychain()
  const found: Record<string, string> = {}
  for (const name of missing) {
    try {
      const key = await opened.read(account(name))
      if (key !== undefined) found[name] = key
    } catch (error) {
      note(
        `${name} could not be read from the keychain: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }
  return { ...environment, ...found }
}

/** A list that is damaged names none. */
function listNames(environment: Environment): readonly string[] {
  try {
    const names: unknown = JSON.parse(readFileSync(listFile(environment), 'utf8'))
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string' && /^\w+$/.test(name)) : []
  } catch {
    return []
  }
}
