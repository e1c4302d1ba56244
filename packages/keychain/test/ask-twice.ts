import { KeepupError } from '@keepup/core'

import { systemKeychain } from '../src/index.ts'

/** Reads and writes the real keychain, twice each, and prints what came of it. Started by a test. */
const keychain = systemKeychain('keepup-test')
const account = `test-${process.pid}`
const calls = [() => keychain.read(account), () => keychain.write(account, 'secret')]
for (const call of [...calls, ...calls]) {
  const outcome = await call().then(
    () => 'kept',
    (error: unknown) =>
      KeepupError.is(error)
        ? `${error.code} ${String(error.details['reason'])} ${String(error.cause)}`
        : error,
  )
  process.stdout.write(`${String(outcome)}\n`)
}
