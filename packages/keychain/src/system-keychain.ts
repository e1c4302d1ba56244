import { KeepupError } from '@keepup/core'

/** Small secrets by account, kept by the operating system for the user who is logged in. Windows takes 2,560 bytes for each. */
export interface Keychain {
  /** `undefined` where there is none of that account. Fails `not-supported` without a keychain. */
  read(account: string): Promise<string | undefined>
  /** Keeps a secret in place of what was there, and has read it back. Fails `not-supported` without a keychain, or where it did not keep it; what was there stays then. */
  write(account: string, secret: string): Promise<void>
}

/** Why there is no keychain, for programs: `details.reason` of a KeepupError `not-supported`. The cause says it in the keychain's words. */
export type KeychainRefusal = 'not-installed' | 'unusable' | 'not-kept'

/**
 * The secrets of a service in the keychain of macOS, the credentials of Windows, or the Secret Service of Linux desktops, through `@napi-rs/keyring`, which must be
 * installed. Opens nothing until it is asked. On Linux no other store is ever taken: the package would fall back to the kernel's, which forgets.
 */
export function systemKeychain(service: string): Keychain {
  return {
    read: (account) => using(service, account, async (entry) => (await entry.getPassword()) ?? undefined),
    write: (account, secret) => using(service, account, (entry) => replace(entry, secret)),
  }
}

/** What of an entry of the package is used. */
interface Entry {
  getPassword(): Promise<string | null | undefined>
  setPassword(secret: string): Promise<void>
  deletePassword(): Promise<unknown>
}

async function using<T>(service: string, account: string, work: (entry: Entry) => Promise<T>): Promise<T> {
  const { AsyncEntry } = await import('@napi-rs/keyring').catch((cause: unknown) => {
    throw refusal('not-installed', cause)
  })
  try {
    return await work(new AsyncEntry(service, account, { linux: { store: 'secret-service' } }))
  } catch (error) {
    throw KeepupError.is(error) ? error : refusal('unusable', error)
  }
}

async function replace(entry: Entry, secret: string): Promise<void> {
  const before = await entry.getPassword()
  try {
    await entry.setPassword(secret)
    if ((await entry.getPassword()) !== secret) throw refusal('not-kept')
  } catch (error) {
    // Half kept, it would be found next time, when everything is encrypted with another one.
    const restored =
      before === null || before === undefined ? entry.deletePassword() : entry.setPassword(before)
    await restored.catch(() => {})
    throw error
  }
}

const messages: Readonly<Record<KeychainRefusal, string>> = {
  'not-installed':
    'The keychain cannot be asked without the package @napi-rs/keyring. Install it, or keep the secret elsewhere.',
  unusable: 'The keychain of this machine cannot be used. Unlock it, or keep the secret elsewhere.',
  'not-kept': 'The keychain of this machine did not keep what it was given. Keep the secret elsewhere.',
}

function refusal(reason: KeychainRefusal, cause?: unknown): KeepupError {
  return new KeepupError('not-supported', messages[reason], { cause, details: { reason } })
}
