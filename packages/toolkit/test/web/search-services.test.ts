import { expect, test } from 'vitest'

import {
  braveSearch,
  exaSearch,
  findWebSearch,
  searxngSearch,
  tavilySearch,
  webTools,
} from '../../src/web/index.ts'
import { service } from './search-service.ts'

const signal = new AbortController().signal

test('Brave, in the form of its documentation', async () => {
  const { url, asked } = await service({
    type: 'search',
    query: { original: 'node streams', show_strict_warning: false },
    web: {
      type: 'search',
      results: [
        {
          title: 'Stream | Node.js',
          url: 'https://nodejs.org/api/stream.html',
          is_source_local: false,
          description: 'A stream is an\n abstract interface.',
          page_age: '2025-01-02T03:04:05',
          language: 'en',
          family_friendly: true,
          type: 'search_result',
          subtype: 'generic',
          meta_url: { scheme: 'https', hostname: 'nodejs.org' },
          age: 'January 2, 2025',
        },
      ],
      family_friendly: true,
    },
  })
  const search = braveSearch({ key: 'the key', url })
  expect(await search.search('node streams', { count: 3, sites: ['nodejs.org', 'a.test'], signal })).toEqual([
    {
      title: 'Stream | Node.js',
      url: 'https://nodejs.org/api/stream.html',
      snippet: 'A stream is an abstract interface.',
      published: '2025-01-02T03:04:05',
    },
  ])
  expect(asked[0]).toMatchObject({
    method: 'GET',
    headers: { 'x-subscription-token': 'the key', accept: 'application/json' },
    parameters: { q: 'node streams (site:nodejs.org OR site:a.test)', count: '3', text_decorations: 'false' },
  })
  const none = await service({ type: 'search', query: { original: 'x' } })
  expect(await braveSearch({ key: 'k', url: none.url }).search('x', { count: 1, signal })).toEqual([])
})

test('Tavily, in the form of its documentation', async () => {
  const { url, asked } = await service({
    query: 'node streams',
    follow_up_questions: null,
    answer: null,
    images: [],
    results: [
      {
        title: 'Streams',
        url: 'https://nodejs.org/a',
        content: 'Of streams.',
        score: 0.9,
        raw_content: null,
      },
    ],
    response_time: 1.2,
    request_id: '123',
  })
  const search = tavilySearch({ key: 'tvly-1', url })
  expect(await search.search('node streams', { count: 4, sites: ['nodejs.org'], signal })).toEqual([
    { title: 'Streams', url: 'https://nodejs.org/a', snippet: 'Of streams.' },
  ])
  expect(asked[0]).toMatchObject({
    method: 'POST',
    headers: { authorization: 'Bearer tvly-1', 'content-type': 'application/json' },
    body: { query: 'node streams', max_results: 4, include_domains: ['nodejs.org'] },
  })
})

test('Exa, in the form of its documentation', async () => {
  const { url, asked } = await service({
    requestId: 'b5947044c4b78efa9552a7c89b306d95',
    resolvedSearchType: 'neural',
    results: [
      {
        title: 'Overview',
        url: 'https://arxiv.org/abs/1',
        publishedDate: '2023-11-16T01:36:32.547Z',
        author: 'Somebody',
        id: 'https://arxiv.org/abs/1',
        highlights: ['One part', 'another'],
        highlightScores: [0.4, 0.3],
      },
      { title: null, url: 'https://arxiv.org/abs/2', id: '2', text: 'The text' },
    ],
    costDollars: { total: 0.005 },
  })
  const search = exaSearch({ key: 'exa-1', url })
  expect(await search.search('models', { count: 2, signal })).toEqual([
    {
      title: 'Overview',
      url: 'https://arxiv.org/abs/1',
      snippet: 'One part … another',
      published: '2023-11-16T01:36:32.547Z',
    },
    { title: '', url: 'https://arxiv.org/abs/2', snippet: 'The text' },
  ])
  expect(asked[0]).toMatchObject({
    method: 'POST',
    headers: { 'x-api-key': 'exa-1' },
    body: { query: 'models', numResults: 2, contents: { highlights: true } },
  })
})

test('SearXNG, in the form of its documentation, wherever it lies', async () => {
  const { url, asked } = await service({
    query: 'x',
    number_of_results: 0,
    results: [
      {
        url: 'https://a.test/',
        title: 'A',
        content: 'Of A.',
        publishedDate: null,
        engine: 'duckduckgo',
        parsed_url: ['https', 'a.test', '/', '', '', ''],
        template: 'default.html',
        engines: ['duckduckgo'],
        positions: [1],
        score: 1,
        category: 'general',
      },
      { url: 'https://b.test/', title: 'B', content: 'Of B.' },
    ],
    answers: [],
    corrections: [],
    infoboxes: [],
    suggestions: [],
    unresponsive_engines: [['google', 'CAPTCHA']],
  })
  const { origin } = new URL(url)
  for (const [base, path] of [
    [origin, '/search'],
    [`${origin}/`, '/search'],
    [url, '/search'],
    [`${origin}/searx/`, '/searx/search'],
  ] as const) {
    const found = await searxngSearch({ url: base }).search('x', { count: 1, sites: ['a.test'], signal })
    expect(found).toEqual([{ title: 'A', url: 'https://a.test/', snippet: 'Of A.' }])
    expect(asked.at(-1)).toMatchObject({ path, parameters: { q: 'x site:a.test', format: 'json' } })
  }
  expect(() => searxngSearch({ url: 'nowhere' })).toThrow(/no URL: "nowhere"/)
  expect(() => searxngSearch({ url: 'file:///etc/passwd' })).toThrow(/Only http/)
})

test('the environment tells which service is asked; without one the tool is not offered', () => {
  const all = {
    SEARXNG_URL: 'http://localhost:8888',
    BRAVE_SEARCH_API_KEY: 'b',
    TAVILY_API_KEY: 't',
    EXA_API_KEY: 'e',
  }
  const nameOf = (environment: Record<string, string>): string | undefined => findWebSearch(environment)?.name
  expect(nameOf({})).toBeUndefined()
  expect(nameOf({ EXA_API_KEY: ' ' })).toBeUndefined()
  expect(nameOf({ EXA_API_KEY: 'e' })).toBe('exa')
  expect(nameOf({ EXA_API_KEY: 'e', TAVILY_API_KEY: 't' })).toBe('tavily')
  expect(nameOf(all)).toBe('searxng')
  expect(nameOf({ ...all, KEEPUP_WEB_SEARCH: 'brave' })).toBe('brave')
  expect(nameOf({ ...all, KEEPUP_WEB_SEARCH: 'off' })).toBeUndefined()
  expect(() => nameOf({ EXA_API_KEY: 'e', KEEPUP_WEB_SEARCH: 'brave' })).toThrow(
    /brave \(BRAVE_SEARCH_API_KEY\)/,
  )
  expect(() => nameOf({ KEEPUP_WEB_SEARCH: 'google' })).toThrow(/"google", which is not there/)
  expect(webTools().map(({ name }) => name)).toEqual(['web_fetch'])
  expect(webTools({ search: findWebSearch(all) }).map(({ name }) => name)).toEqual([
    'web_fetch',
    'web_search',
  ])
  const hosts = [
    { EXA_API_KEY: 'e' },
    { TAVILY_API_KEY: 't' },
    { BRAVE_SEARCH_API_KEY: 'b' },
    { SEARXNG_URL: 'http://Localhost:8888' },
  ]
  expect(hosts.map((environment) => findWebSearch(environment)?.host)).toEqual([
    'api.exa.ai',
    'api.tavily.com',
    'api.search.brave.com',
    'localhost',
  ])
})
