import { KeepupError } from '@keepup/core'
import { systemKeychain } from '@keepup/keychain'

const keychain = (): ReturnType<typeof systemKeychain> => systemKeychain('keepup')

/** A secret of the operating system's keychain; `undefined` where it has none of that name. Fails `not-supported` without a keychain. */
export function readKeychain(account: string): Promise<string | undefined> {
  return withFix(keychain().read(account))
}

/** Keeps a secret in the operating system's keychain. Fails `not-supported` without one, or where it forgets what it was given. */
export function writeKeychain(account: string, secret: string): Promise<void> {
  return withFix(keychain().write(account, secret))
}

const others = 'keep the key in a file with --keys FILE, or in a variable with --keys env:NAME'

/** Says what to do in the words of the command line. */
async function withFix<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (!KeepupError.is(error, 'not-supported')) throw error
    const { message, fix } = told(error)
    throw new KeepupError('not-supported', message, { cause: error, details: { fix } })
  }
}

function told({ cause, details }: KeepupError): { readonly message: string; readonly fix: string } {
  if (details['reason'] === 'not-installed')
    return {
      message: 'the keychain cannot be asked without the package @napi-rs/keyring',
      fix: `install it beside keepup (npm install -g @napi-rs/keyring), or ${others}`,
    }
  if (details['reason'] === 'not-kept')
    return { message: 'the keychain did not keep the key', fix: `${others}; nothing was encrypted` }
  const why = cause instanceof Error ? ` (${cause.message})` : ''
  return { message: `this machine's keychain cannot be used${why}`, fix: `unlock it, or ${others}` }
}
