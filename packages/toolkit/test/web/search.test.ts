import { expect, test } from 'vitest'

import { braveSearch, tavilySearch, type WebSearch, webSearchTool } from '../../src/web/index.ts'
import { call, contextOf, textOf } from '../call-tool.ts'
import { codeOf } from './fetch.ts'
import { service } from './search-service.ts'
import { serveRaw } from './web-server.ts'

const signal = new AbortController().signal

const found: WebSearch = {
  name: 'fake',
  host: 'search.test',
  search: async () => [
    { title: 'One', url: 'https://one.test/', snippet: 'First', published: '2026' },
    { title: '', url: 'https://two.test/', snippet: '' },
  ],
}

test('results are shown with their URLs, each labelled with the service and its own host', async () => {
  const tool = webSearchTool(found)
  const label = (...sources: string[]): object => ({
    integrity: 'free-text',
    sources,
    readers: 'anyone',
    confidential: false,
  })
  expect(tool.effects({ query: 'x' })).toEqual([{ kind: 'net', target: 'search.test' }])
  expect(await call(tool, { query: 'x' })).toMatchObject({
    output: {
      content: [
        { text: '1. One (2026)\n   https://one.test/\n   First' },
        { text: '2. Without a title\n   https://two.test/' },
      ],
      labels: {
        default: label('url:search.test'),
        leaves: [
          ['/content/0', label('url:one.test', 'url:search.test')],
          ['/structured/results/0', label('url:one.test', 'url:search.test')],
          ['/content/1', label('url:search.test', 'url:two.test')],
          ['/structured/results/1', label('url:search.test', 'url:two.test')],
        ],
      },
    },
  })
  expect(await call(tool, { query: 'x', count: 1 })).toMatchObject({
    output: { structured: { results: [{}] } },
  })
  const none = webSearchTool({ ...found, search: async () => [] })
  expect(textOf(await call(none, { query: 'x' }))).toBe('[Nothing was found. Try other words, or fewer.]')
})

test('what a service answers is not believed: no odd URL, no other form, no end of text', async () => {
  const { url } = await service({
    results: [
      { title: 'a', url: 'javascript:alert(1)', content: 'x' },
      { title: 'b', url: 'nowhere', content: 'x' },
      { title: 'c', url: 7, content: 'x' },
      null,
      'text',
      { title: ['d'], url: 'https://d.test', content: { a: 1 } },
      { title: 'e'.repeat(100_000), url: 'https://e.test', content: 'e'.repeat(100_000) },
      ...Array.from({ length: 100 }, () => ({ title: 'f', url: 'https://f.test', content: 'f' })),
    ],
  })
  const results = await tavilySearch({ key: 'k', url }).search('x', { count: 5, signal })
  expect(results.map((one) => [one.url, one.title.length, one.snippet.length])).toEqual([
    ['https://d.test/', 0, 0],
    ['https://e.test/', 301, 2_001],
    ['https://f.test/', 1, 1],
    ['https://f.test/', 1, 1],
    ['https://f.test/', 1, 1],
  ])
  for (const answer of [{}, [], null, 'text', { results: {} }]) {
    const strange = await service(answer)
    const outcome = await call(webSearchTool(tavilySearch({ key: 'k', url: strange.url })), { query: 'x' })
    expect(codeOf(outcome)).toBe('response-malformed')
  }
})

test.each([401, 403, 429, 500, 302])(
  'a service that answers with status %i fails the call, and its key is nowhere',
  async (status) => {
    const { url, asked } = await service({ detail: { error: 'no' } }, status)
    const outcome = await call(webSearchTool(tavilySearch({ key: 'secret-key', url })), { query: 'x' })
    expect([codeOf(outcome), textOf(outcome)]).toEqual([
      'http-error',
      expect.stringContaining(`status ${status}`),
    ])
    expect(JSON.stringify(outcome)).not.toContain('secret-key')
    expect(asked).toHaveLength(1)
  },
)

test('a service that is gone, or stopped, fails the call', async () => {
  const gone = await serveRaw((socket) => socket.destroy())
  const search = braveSearch({ key: 'k', url: `http://127.0.0.1:${gone.port}/` })
  expect(codeOf(await call(webSearchTool(search), { query: 'x' }))).toBe('connection-failed')
  const stop = new AbortController()
  const hanging = await serveRaw(() => stop.abort(new Error('stopped')))
  const waiting = braveSearch({ key: 'k', url: `http://127.0.0.1:${hanging.port}/` })
  const context = contextOf(undefined, { signal: stop.signal })
  expect(await call(webSearchTool(waiting), { query: 'x' }, context)).toMatchObject({ message: 'stopped' })
  await hanging.closed()
  const broken = webSearchTool({ ...found, search: () => Promise.reject(new Error('broken')) })
  expect(codeOf(await call(broken, { query: 'x' }))).toBe('connection-failed')
})
