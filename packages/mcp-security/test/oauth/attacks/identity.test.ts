import { KeepupError } from '@keepup/core'
import { expect, test } from 'vitest'

import { clientMetadataDocument } from '../../../src/oauth/index.ts'
import { openWorld } from '../peer/world.ts'
import { type Attack, reasonOf, testAttacks } from './attack.ts'

const privateClientUrls: readonly Attack[] = [
  'http://keepup.example.com/client.json',
  'https://127.0.0.1/client.json',
  'https://[::1]/client.json',
  'https://localhost/client.json',
  'https://intranet/client.json',
  'https://keepup.example.com/',
  'https://keepup.example.com/client.json#other',
  'https://user@keepup.example.com/client.json',
].map((metadataUrl) => ({
  id: 'mcp-18',
  name: `the client's metadata is at ${metadataUrl}`,
  without: ['publicClientUrl'],
  reason: 'configuration-invalid',
  run: async (off) => {
    const world = await openWorld({
      guard: { metadata: (document) => ({ ...document, client_id_metadata_document_supported: true }) },
    })
    world.guard.clients.set(metadataUrl, { redirectUris: ['http://127.0.0.1/callback'] })
    const outcome = await reasonOf(
      (async () => world.call(world.session({ client: { metadataUrl } }, off)))(),
    )
    return { ...outcome, done: world.opened.length > 0 }
  },
}))

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const idTokens: readonly Attack[] = [
  ['alg none', { alg: 'none' }, {}],
  ['a symmetric alg', { alg: 'HS256', kid: '../../dev/null' }, {}],
  ['another audience', { alg: 'RS256' }, { aud: 'someone' }],
  [
    'another issuer, and keys at its own URL',
    { alg: 'RS256', jku: 'https://169.254.169.254/k', x5u: 'https://10.0.0.5/' },
    { iss: 'https://evil.example.test' },
  ],
].map(([name, header, claims]) => ({
  id: 'mcp-19',
  name: `an ID token with ${name as string}`,
  without: ['idTokenClaims'],
  reason: 'token-invalid',
  run: async (off) => {
    const world = await openWorld()
    world.guard.behaviour.tokens = (answer, request) => {
      const now = Math.floor(Date.now() / 1000)
      const usual = {
        iss: world.guard.issuer,
        aud: request.get('client_id'),
        sub: 'ada',
        iat: now,
        exp: now + 60,
      }
      return {
        ...answer,
        id_token: `${encoded(header as object)}.${encoded({ ...usual, ...(claims as object) })}.c2ln`,
      }
    }
    const outcome = await reasonOf(world.call(world.session({}, off)))
    // No key is fetched, wherever the header says that it is.
    const done = world.server.answered > 0 || world.internet.trapped.length > 0
    return { ...outcome, done }
  },
}))

const stolen: Attack = {
  id: 'mcp-20',
  name: 'a stolen access token is used from elsewhere',
  without: 'a key that tokens are bound to',
  run: async (_, isDefended) => {
    const world = await openWorld()
    await world.call(world.session({ dpop: isDefended }))
    const token = world.server.seen.at(-1)?.split(' ')[1] ?? ''
    const uses = await Promise.all(
      ['Bearer', 'DPoP'].map((scheme) =>
        world.internet.fetch(world.server.url, {
          method: 'POST',
          headers: { authorization: `${scheme} ${token}` },
        }),
      ),
    )
    return { done: uses.some(({ status }) => status === 200) }
  },
}

testAttacks([...privateClientUrls, ...idTokens, stolen])

test('mcp-18: the document to publish is its own id, and names this machine alone', () => {
  const document: unknown = JSON.parse(
    clientMetadataDocument({ metadataUrl: 'https://keepup.example.com/client.json', name: 'mine' }),
  )
  expect(document).toMatchObject({
    client_id: 'https://keepup.example.com/client.json',
    client_name: 'mine',
    redirect_uris: ['http://127.0.0.1/callback'],
    token_endpoint_auth_method: 'none',
  })
  expect(() => clientMetadataDocument({ metadataUrl: 'https://10.0.0.5/x' })).toThrow(KeepupError)
})
