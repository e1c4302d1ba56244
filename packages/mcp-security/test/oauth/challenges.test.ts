import { expect, test } from 'vitest'

import { readChallenges, readDemand } from '../../src/oauth/discovery/read-challenges.ts'

test.each([
  ['Bearer', { scopes: [] }],
  [
    'Basic realm="a, Bearer b", Bearer scope="x y x", error=invalid_token',
    { scopes: ['x', 'y'], error: 'invalid_token' },
  ],
  ['bearer Resource_Metadata = "https://a/b"', { scopes: [], resourceMetadata: 'https://a/b' }],
  [
    'Negotiate, Basic realm=x, DPoP error="use_dpop_nonce", algs="ES256"',
    { scopes: [], error: 'use_dpop_nonce' },
  ],
  ['Negotiate YII=, Bearer scope=one', { scopes: ['one'] }],
  ['Bearer error="a\\"b, scope=\\"evil", scope="good"', { scopes: ['good'], error: 'a"b, scope="evil' }],
  ['Bearer scope="first", scope="second"', { scopes: ['first'] }],
  ['Basic scope="not ours"', { scopes: [] }],
  ['Bearer scope="open', { scopes: [] }],
  ['', { scopes: [] }],
  ['=,=,"",Bearer scope=x', { scopes: ['x'] }],
])('the demand of %s is read', (header, demand) => {
  expect(readDemand(header)).toEqual(demand)
})

test('headers without end are read in no time, and only their beginning', () => {
  for (const part of ['a="\\', 'Bearer ', 'a=b,', '"', ',', ' ', 'a =', '\\"'])
    expect(readChallenges(part.repeat(200_000)).length).toBeLessThan(20_000)
  expect(readDemand(null)).toEqual({ scopes: [] })
})
