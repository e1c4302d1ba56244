import { KeepupError } from '@keepup/core'

/** What of `@napi-rs/keyring` is used: the keychain of macOS, the credentials of Windows, the Secret Service of Linux desktops. */
interface KeyringPackage {
  readonly AsyncEntry: new (
    service: string,
    account: string,
  ) => {
    getPassword(): Promise<string | null | undefined>
    setPassword(secret: string): Promise<void>
  }
}

const service = 'keepup'

/** A secret of the operating system's keychain; `undefined` where it has none of that name. Fails `not-supported` without a keychain. */
export async function readKeychain(account: string): Promise<string | undefined> {
  const { AsyncEntry } = await load()
  try {
    return (await new AsyncEntry(service, account).getPassword()) ?? undefined
  } catch (error) {
    throw noKeychain(error)
  }
}

/** Keeps a secret in the operating system's keychain. Fails `not-supported` without one. */
export async function writeKeychain(account: string, secret: string): Promise<void> {
  const { AsyncEntry } = await load()
  try {
    await new AsyncEntry(service, account).setPassword(secret)
  } catch (error) {
    throw noKeychain(error)
  }
}

async function load(): Promise<KeyringPackage> {
  try {
    return await import('@napi-rs/keyring')
  } catch (cause) {
    throw new KeepupError(
      'not-supported',
      'the keychain cannot be asked without the package @napi-rs/keyring',
      {
        cause,
        details: { fix: `install it beside keepup (npm install -g @napi-rs/keyring), or ${others}` },
      },
    )
  }
}

const others = 'keep the key in a file with --keys FILE, or in a variable with --keys env:NAME'

function noKeychain(cause: unknown): KeepupError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new KeepupError('not-supported', `this machine's keychain cannot be used (${why})`, {
    cause,
    details: { fix: `unlock it, or ${others}` },
  })
}
