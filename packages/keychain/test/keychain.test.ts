import { startProgram } from '@keepup/vitest/child-process'
import { afterEach, expect, test, vi } from 'vitest'

import { systemKeychain } from '../src/index.ts'

/** Puts a stand-in in the package's place: a store, and what goes wrong with writing. */
function stand(setPassword?: (name: string, secret: string) => void): Map<string, string> {
  const secrets = new Map<string, string>()
  const keep = setPassword ?? ((name: string, secret: string) => void secrets.set(name, secret))
  vi.doMock('@napi-rs/keyring', () => ({
    AsyncEntry: class {
      readonly #name: string
      constructor(service: string, account: string, options: unknown) {
        this.#name = `${service}/${account}`
        expect(options).toEqual({ linux: { store: 'secret-service' } })
      }
      getPassword = async (): Promise<string | null> => secrets.get(this.#name) ?? null
      setPassword = async (secret: string): Promise<void> => keep(this.#name, secret)
      deletePassword = async (): Promise<boolean> => secrets.delete(this.#name)
    },
  }))
  return secrets
}

afterEach(() => {
  vi.doUnmock('@napi-rs/keyring')
  vi.unstubAllEnvs()
})

test('secrets are kept by service and account, and replaced', async () => {
  const secrets = stand()
  const [one, two] = [systemKeychain('one'), systemKeychain('two')]
  expect(await one.read('a')).toBeUndefined()
  await one.write('a', 'first')
  await one.write('a', 'ä second')
  await two.write('a', '')
  expect([await one.read('a'), await two.read('a'), await one.read('b')]).toEqual(['ä second', '', undefined])
  expect([...secrets.keys()]).toEqual(['one/a', 'two/a'])
})

test('a keychain that forgets at once is told, and leaves nothing', async () => {
  const forgetting = stand(() => {})
  await expect(systemKeychain('s').write('a', 'secret')).rejects.toMatchObject({
    code: 'not-supported',
    details: { reason: 'not-kept' },
  })
  expect(forgetting.size).toBe(0)
})

test('a secret that was kept by half is taken away, and the one before comes back', async () => {
  const secrets = stand((name, secret) => {
    secrets.set(name, secret === 'before' ? secret : secret.slice(1))
    if (secret !== 'before') throw new Error('AccessDenied')
  })
  const unusable = {
    code: 'not-supported',
    details: { reason: 'unusable' },
    cause: new Error('AccessDenied'),
  }
  await expect(systemKeychain('s').write('a', 'secret')).rejects.toMatchObject(unusable)
  expect([...secrets]).toEqual([])
  secrets.set('s/a', 'before')
  await expect(systemKeychain('s').write('a', 'secret')).rejects.toMatchObject(unusable)
  expect([...secrets]).toEqual([['s/a', 'before']])
})

test('without the package it is said what to install', async () => {
  vi.doMock('@napi-rs/keyring', () => {
    throw new Error('Cannot find package')
  })
  await expect(systemKeychain('s').read('a')).rejects.toMatchObject({
    code: 'not-supported',
    message: expect.stringContaining('Install it'),
    details: { reason: 'not-installed' },
  })
})

test.runIf(process.platform === 'linux')(
  'without a Secret Service every call fails, and the kernel is never asked',
  async () => {
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', 'unix:path=/nowhere/bus')
    const asking = startProgram(new URL('ask-twice.ts', import.meta.url))
    expect(await asking.ended).toEqual({ code: 0, complaint: '' })
    // The kernel would say AccessDenied, or keep it.
    expect(asking.lines).toEqual(
      Array.from({ length: 4 }, () => expect.stringMatching(/^not-supported unusable .*DBus/)),
    )
  },
)
