import fc from 'fast-check'
import { expect, test, vi } from 'vitest'

import { webFetchTool } from '../../src/web/index.ts'
import { createPageReader } from '../../src/web/page/page-reader.ts'
import { call, contextOf, textOf } from '../call-tool.ts'
import { allowed, codeOf } from './fetch.ts'
import { serve } from './web-server.ts'

const tool = webFetchTool(allowed)
/** How much larger than usual the pages are: 20 takes a minute and more. */
const scale = Number(process.env['KEEPUP_HOSTILE_PAGES'] ?? 1)

vi.setConfig({ testTimeout: 60_000 })

async function read(html: string): Promise<string> {
  const headers = { 'content-type': 'text/html', 'cache-control': 'no-store' }
  const server = await serve((_request, response) => response.writeHead(200, headers).end(html))
  const outcome = await call(tool, { url: `http://site.test:${server.port}/` })
  return codeOf(outcome) === 'completed' ? textOf(outcome) : codeOf(outcome)
}

test.each([
  ['div', 513],
  ['div', 20_000],
  ['b', 20_000],
  ['ul><li', 10_000],
  ['table><tr><td', 5_000],
  ['blockquote', 20_000],
])(
  '%s in each other %i times is shown as text, or refused',
  async (element, times) => {
    const text = await read(`<p>before</p>${`<${element}>`.repeat(times)}the deepest`)
    if (text === 'page-too-complex') return
    expect(text).toContain('before')
    expect(text).toContain('the deepest')
    expect(text).toContain('more than 512 deep in each other')
  },
  60_000,
)

test('what browsers still show is still read as Markdown', async () => {
  const text = await read(`<p>before</p>${'<div>'.repeat(300)}the <b>deepest</b>`)
  expect(text).toMatch(/^before\n\nthe \*\*deepest\*\*\n\[http/)
})

test('links that grow without measure are left', async () => {
  const base = `http://site.test/${'a'.repeat(7_000)}/`
  const text = await read(`<base href="${base}">${'<a href=b>c</a>'.repeat(3_000)}`)
  expect(text).toBe('page-too-complex')
})

test.each([
  [
    'attributes',
    `<p ${Array.from({ length: 2_500 * scale }, (_, index) => `a${index}="${index}"`).join(' ')}>end`,
  ],
  ['open tags', `${'<'.repeat(10_000 * scale)}end`],
  ['half tags', `${'<a href="'.repeat(1_000 * scale)}">end`],
  ['entities', `${'&amp;&#x1F600;&nonsense;'.repeat(2_500 * scale)}end`],
  ['comments', `${'<!--'.repeat(2_500 * scale)}--> end`],
  ['siblings', `${'<p>a</p>'.repeat(2_500 * scale)}<p>end`],
  ['tables', `<table>${'<tr><td>a<td>b'.repeat(500 * scale)}</table>end`],
  ['hidden', `${'<i hidden>a</i>'.repeat(500 * scale)}end`],
  ['backticks', `<code>${'`'.repeat(2_500 * scale)}</code>end`],
  ['white space', `<p>${' '.repeat(25_000 * scale)}</p><p>${'\n\t'.repeat(10_000 * scale)}</p>end`],
  ['markup of Markdown', `<p>${'*_[]()#>~|`\\'.repeat(1_000 * scale)}</p>end`],
])('very many %s come to an end', async (_, html) => {
  const text = await read(html)
  expect(text === 'page-too-complex' || text.length > 0).toBe(true)
})

test('a page that takes too long ends its thread, and the next is read all the same', async () => {
  const reader = createPageReader({ time: 4_000 })
  const when = contextOf()
  const slow = {
    type: 'html',
    html: `<html><body>${'<div>'.repeat(400_000)}`,
    url: 'http://site.test/',
    format: 'text',
  } as const
  const quick = { ...slow, html: '<p>hello' }
  const [first, second] = await Promise.allSettled([reader.read(slow, when), reader.read(quick, when)])
  expect(first).toMatchObject({ status: 'rejected', reason: { details: { failure: 'page-too-complex' } } })
  expect(second).toMatchObject({ status: 'fulfilled', value: { text: 'hello' } })
})

test('an abort ends the reading at once, of the page at hand and of one that waits', async () => {
  const reader = createPageReader()
  const slow = {
    type: 'html',
    html: `<html><body>${'<div>'.repeat(400_000)}`,
    url: 'http://site.test/',
    format: 'text',
  } as const
  const stop = new AbortController()
  const when = contextOf(undefined, { signal: stop.signal })
  const reading = [reader.read(slow, when), reader.read(slow, when)]
  setTimeout(() => stop.abort(new Error('stopped')), 50)
  const results = await Promise.allSettled(reading)
  expect(results.map((result) => result.status === 'rejected' && String(result.reason))).toEqual([
    'Error: stopped',
    'Error: stopped',
  ])
  expect(await reader.read({ ...slow, html: '<p>hello' }, contextOf())).toMatchObject({ text: 'hello' })
})

test('whatever HTML is sent, something is said of it, and no code of it', async () => {
  const reader = createPageReader()
  const piece = fc.oneof(
    fc.constantFrom(
      '<p>',
      '</p>',
      '<div hidden>',
      '<table>',
      '<td>',
      '<pre>',
      '<html>',
      '<body>',
      '</body>',
      '<title>',
      '<svg>',
      '<template>',
      '<a href="x">',
      '<img src=a alt=b>',
      '<base href="http://[">',
      '<!--',
      '-->',
      '<![CDATA[',
      '&lt;',
      '<li>',
      '<main>',
    ),
    fc.string({ unit: 'binary', maxLength: 5 }),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 30 }),
      fc.constantFrom('markdown', 'text'),
      async (pieces, format) => {
        const html = `${pieces.join('')}<script>secret()</script>`
        const { text } = await reader.read(
          { type: 'html', html, url: 'http://site.test/', format },
          contextOf(),
        )
        expect(typeof text).toBe('string')
      },
    ),
    { numRuns: 60 },
  )
})
