import { expect, test, vi } from 'vitest'

import { textOf } from '../call-tool.ts'
import { codeOf, fetchOnce } from './fetch.ts'
import { serve } from './web-server.ts'

// A busy machine takes its time to start the thread that reads pages.
vi.setConfig({ testTimeout: 60_000 })

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
const wide = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le')
const meta = (charset: string): string => `<!-- charset=koi8-r --><meta charset="${charset}">`

test.each([
  ['UTF-8 by header', 'text/plain; charset=utf-8', Buffer.from('größe'), 'größe'],
  ['UTF-8 by nothing', 'text/plain', Buffer.from('größe'), 'größe'],
  ['Latin-1 by header', 'text/plain; charset=ISO-8859-1', latin1('größe'), 'größe'],
  ['Latin-1 by nothing', 'text/plain', latin1('größe'), 'größe'],
  ['Windows-1252 where Latin-1 is named', 'text/plain; charset="latin1"', Buffer.from([0x80, 0x93]), '€“'],
  ['Shift JIS by header', 'text/plain; charset=Shift_JIS', Buffer.from([0x93, 0xfa, 0x96, 0x7b]), '日本'],
  [
    'KOI8 by meta',
    'text/html',
    Buffer.concat([latin1(meta('koi8-r').slice(23)), Buffer.from([0xd0, 0xcf])]),
    'по',
  ],
  ['the header before meta', 'text/html; charset=utf-8', Buffer.from(`${meta('latin1')}größe`), 'größe'],
  ['the mark before the header', 'text/plain; charset=latin1', Buffer.from('\uFEFFgröße'), 'größe'],
  ['UTF-16 by its mark', 'text/plain', wide('größe'), 'größe'],
  ['UTF-16 by header', 'text/plain; charset=utf-16le', Buffer.from('größe', 'utf16le'), 'größe'],
  ['no UTF-16 by meta', 'text/html', Buffer.from(`${meta('utf-16')}größe`), 'größe'],
  [
    'meta in the older form',
    'text/html',
    latin1('<meta http-equiv=content-type content="text/html; charset=latin1">größe'),
    'größe',
  ],
  [
    'XML by its declaration',
    'application/xml',
    latin1('<?xml version="1.0" encoding="ISO-8859-1"?><a>ö</a>'),
    '<a>ö</a>',
  ],
])('%s', async (_, type, body, shown) => {
  const server = await serve((_request, response) =>
    response.writeHead(200, { 'content-type': type }).end(body),
  )
  const text = textOf(await fetchOnce(`http://site.test:${server.port}/`))
  expect(text.split('\n[http')[0]).toContain(shown)
  expect(text).not.toMatch(/It was read as|not known/)
})

test.each([
  [
    'bytes that are none of it',
    'text/plain; charset=utf-8',
    latin1('größe'),
    'gr�',
    '2 places are not of that charset',
  ],
  [
    'a name that nobody knows',
    'text/plain; charset=klingon',
    Buffer.from('größe'),
    'größe',
    '"klingon", which is not known',
  ],
  [
    'UTF-8 that is called Latin-1',
    'text/plain; charset=latin1',
    Buffer.from('größe'),
    'grÃ¶',
    'though its bytes are UTF-8',
  ],
  [
    'a name that would refuse everything',
    'text/plain; charset=replacement',
    Buffer.from('größe'),
    'größe',
    'not known',
  ],
])('%s: told', async (_, type, body, shown, note) => {
  const server = await serve((_request, response) =>
    response.writeHead(200, { 'content-type': type }).end(body),
  )
  const outcome = await fetchOnce(`http://site.test:${server.port}/`)
  expect(codeOf(outcome)).toBe('completed')
  expect(textOf(outcome)).toContain(shown)
  expect(textOf(outcome)).toContain(note)
})
