import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'

import { expect, onTestFinished, test } from 'vitest'

import {
  type CredentialStore,
  encryptedFiles,
  fileKey,
  memoryCredentials,
  type OAuthEvent,
} from '../../../src/oauth/index.ts'
import { openWorld } from '../peer/world.ts'
import { type Attack, testAttacks } from './attack.ts'

const atRest: Attack = {
  id: 'mcp-17',
  name: 'tokens lie readable in a file, a log or an error',
  without: 'a store that encrypts',
  run: async (_, isDefended) => {
    const folder = await mkdtemp(join(tmpdir(), 'keepup-oauth-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const files = encryptedFiles({ folder: join(folder, 'credentials'), key: fileKey(join(folder, 'key')) })
    const plain: CredentialStore = {
      ...memoryCredentials(),
      write: (key, value) =>
        writeFile(join(folder, 'credentials', Buffer.from(key).toString('hex').slice(-60)), value),
    }
    await files.write('first', 'x')
    const world = await openWorld({
      guard: {
        registration: (document) => ({
          ...document,
          client_secret: 'CANARY-dcr',
          client_secret_expires_at: 0,
        }),
      },
    })
    const events: OAuthEvent[] = []
    const errors: unknown[] = []
    const session = world.session({
      store: isDefended ? files : plain,
      report: (event) => events.push(event),
    })
    world.guard.behaviour.registration = (document) => {
      const id = String(document['client_id'])
      world.guard.clients.set(id, {
        ...world.guard.clients.get(id),
        secret: 'CANARY-dcr',
        redirectUris: document['redirect_uris'] as string[],
      })
      return {
        ...document,
        client_secret: 'CANARY-dcr',
        client_secret_expires_at: 0,
        token_endpoint_auth_method: 'client_secret_post',
      }
    }
    const attempt = (): Promise<unknown> => world.call(session).catch((error: unknown) => errors.push(error))
    await attempt()
    world.guard.behaviour.tokens = (answer) => ({ ...answer, token_type: 'odd' })
    await session.login().catch((error: unknown) => errors.push(error))
    world.guard.behaviour.tokens = (answer) => ({ ...answer, access_token: 42, id_token: 'CANARY-id' })
    await session.login().catch((error: unknown) => errors.push(error))
    world.guard.behaviour.answer = (query) => (query.set('code', 'CANARY-wrong'), query)
    await session.login().catch((error: unknown) => errors.push(error))
    if (isDefended) expect(errors).toHaveLength(3)
    const names = await readdir(join(folder, 'credentials'))
    const contents = await Promise.all(
      names.map((name) => readFile(join(folder, 'credentials', name), 'latin1')),
    )
    const shown = errors.map(
      (error) => inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error),
    )
    const everything = [
      ...contents,
      ...names,
      inspect(events, { depth: 20 }),
      ...shown,
      JSON.stringify(process.env),
    ].join('\n')
    return { done: everything.includes('CANARY') }
  },
}

testAttacks([atRest])

test('mcp-17: files are 0600 in a folder 0700, and their names tell nothing', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'keepup-oauth-')), 'credentials')
  onTestFinished(() => rm(join(folder, '..'), { recursive: true, force: true }))
  const world = await openWorld()
  await world.call(world.session({ store: encryptedFiles({ folder, key: fileKey(`${folder}.key`) }) }))
  const files = (await readdir(folder)).filter((name) => name.endsWith('.credential'))
  expect(files.length).toBeGreaterThanOrEqual(3)
  expect(files.every((name) => /^[\da-f]{40}\.credential$/.test(name))).toBe(true)
  const modes = await Promise.all(
    [...files.map((name) => join(folder, name)), `${folder}.key`].map(
      async (path) => (await stat(path)).mode & 0o777,
    ),
  )
  expect([...new Set(modes), (await stat(folder)).mode & 0o777]).toEqual([0o600, 0o700])
})
