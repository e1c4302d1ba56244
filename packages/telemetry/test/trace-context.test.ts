import { expect, test } from 'vitest'

import { readProfile, readTraceparent, toTraceparent, traceContext } from '../src/index.ts'

const place = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }

test('a header is read as it was written', () => {
  expect(readTraceparent(toTraceparent(place))).toEqual(place)
  expect(readTraceparent('cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more')).toEqual(place)
})

test.each([
  undefined,
  null,
  '',
  'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  '00-00000000000000000000000000000000-b7ad6b7169203331-01',
  '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
  '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01',
  '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more',
  `00-${'a'.repeat(1_000_000)}`,
])('what is no header is none: %s', (header) => {
  expect(readTraceparent(header)).toBeUndefined()
})

test('requests carry the place, unless they carry one or there is none', async () => {
  const sent: (string | null)[] = []
  const send = traceContext(() => place)(async (_, init) => {
    sent.push(new Headers(init?.headers).get('traceparent'))
    return new Response()
  })
  await send('http://x/', { headers: { accept: '*/*' } })
  await send(new Request('http://x/', { headers: { traceparent: 'own' } }))
  expect(sent).toEqual([toTraceparent(place), 'own'])
  const plain = traceContext(() => undefined)(async (_, init) => {
    expect(init).toBeUndefined()
    return new Response()
  })
  await plain('http://x/')
})

test('the profile is the one that the environment asks for', () => {
  expect(readProfile({})).toBe('1.41')
  expect(readProfile({ OTEL_SEMCONV_STABILITY_OPT_IN: 'http, gen_ai_latest_experimental' })).toBe('latest')
  expect(readProfile({ OTEL_SEMCONV_STABILITY_OPT_IN: 'gen_ai/dup' })).toBe('both')
})
