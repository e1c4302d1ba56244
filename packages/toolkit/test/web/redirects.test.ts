import { expect, test } from 'vitest'

import { textOf } from '../call-tool.ts'
import { certificate } from './certificate.ts'
import { allowed, codeOf, fetchOnce } from './fetch.ts'
import { serve, serveSecure } from './web-server.ts'

/** A server that redirects `/` to what it is told, and answers elsewhere. */
function redirecting(to: string, status = 302): ReturnType<typeof serve> {
  return serve((request, response) => {
    if (request.url === '/') response.writeHead(status, { location: to }).end()
    else response.end(`page ${request.url} ${request.method}`)
  })
}

test.each([301, 302, 303, 307, 308])('a redirect (%i) on the same host is followed', async (status) => {
  const server = await redirecting('/next?a=1#part', status)
  const outcome = await fetchOnce(`http://site.test:${server.port}/`)
  expect(textOf(outcome)).toMatch(
    new RegExp(`^page /next\\?a=1 GET\n\\[http://site\\.test:${server.port}/next`),
  )
})

test('one to another host is told and not followed, unless that is allowed', async () => {
  const other = await serve((_, response) => response.end('the other host'))
  const server = await redirecting(`http://other.test:${other.port}/there`)
  const url = `http://site.test:${server.port}/`
  const outcome = await fetchOnce(url)
  expect(textOf(outcome)).toContain(
    `redirects to http://other.test:${other.port}/there, a page of another host`,
  )
  expect(outcome).toMatchObject({
    output: { structured: { redirect: `http://other.test:${other.port}/there` } },
  })
  expect(other.connections).toBe(0)
  const told: string[] = []
  const followed = await fetchOnce(url, {
    ...allowed,
    allowHosts: ['*.test'],
    allowRedirect: (from, to) => told.push(`${from.hostname} ${to.hostname}`) > 0,
  })
  expect([textOf(followed).slice(0, 14), told]).toEqual(['the other host', ['site.test other.test']])
})

test.each([
  ['http://169.254.169.254/latest/meta-data/', 'address-refused'],
  ['http://[::ffff:10.0.0.1]/', 'address-refused'],
  ['http://127.0.0.1/', 'address-refused'],
  ['//127.1/', 'address-refused'],
  ['file:///etc/passwd', 'url-refused'],
  ['data:text/plain,x', 'url-refused'],
  ['http://user:pass@site.test/', 'url-refused'],
  ['http://site.test:22/', 'url-refused'],
  ['http://[', 'response-malformed'],
])('one to %s is refused', async (to, code) => {
  const server = await redirecting(to)
  expect(codeOf(await fetchOnce(`http://site.test:${server.port}/`))).toBe(code)
})

test('a name that a redirect leads to is judged like the first, although it may be followed', async () => {
  const server = await redirecting('http://inside.test/')
  const outcome = await fetchOnce(`http://site.test:${server.port}/`, {
    ...allowed,
    allowRedirect: () => true,
  })
  expect([codeOf(outcome), textOf(outcome)]).toEqual([
    'address-refused',
    expect.stringContaining('inside.test lies at'),
  ])
})

test('a circle and an endless path end', async () => {
  const circle = await redirecting('/')
  expect(codeOf(await fetchOnce(`http://site.test:${circle.port}/`))).toBe('redirects-endless')
  const path = await serve((request, response) =>
    response.writeHead(302, { location: `/${Number(request.url?.slice(1)) + 1}` }).end('x'),
  )
  expect(codeOf(await fetchOnce(`http://site.test:${path.port}/0`))).toBe('redirects-endless')
  expect(path.connections).toBe(6)
})

test('from https to http is told and not followed; a certificate counts only where it is trusted', async () => {
  const server = await serveSecure((request, response) => {
    if (request.url === '/')
      response.writeHead(302, { location: `http://secure.test:${server.port}/x` }).end()
    else response.end('secret page')
  })
  const url = `https://secure.test:${server.port}/`
  const refused = await fetchOnce(url)
  expect([codeOf(refused), textOf(refused)]).toEqual([
    'certificate-refused',
    expect.stringMatching(/SELF_SIGNED|UNABLE_TO/),
  ])
  const trusting = { ...allowed, authorities: [certificate.cert] }
  expect(textOf(await fetchOnce(`${url}page`, trusting))).toMatch(/^secret page/)
  expect(textOf(await fetchOnce(url, trusting))).toContain('a page without encryption')
  // Of another name.
  const elsewhere = await fetchOnce(url.replace('secure', 'site'), trusting)
  expect([codeOf(elsewhere), textOf(elsewhere)]).toEqual([
    'certificate-refused',
    expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
  ])
})

test('the environment changes neither proxy nor trust', async () => {
  const before = { ...process.env }
  const trap = await serve((_, response) => response.end('proxy'))
  const server = await serve((_, response) => response.end('direct'))
  const secure = await serveSecure((_, response) => response.end('untrusted'))
  try {
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'])
      process.env[name] = `http://127.0.0.1:${trap.port}`
    process.env['NODE_USE_ENV_PROXY'] = '1'
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    expect(textOf(await fetchOnce(`http://site.test:${server.port}/`))).toMatch(/^direct/)
    expect(codeOf(await fetchOnce(`https://secure.test:${secure.port}/`))).toBe('certificate-refused')
  } finally {
    process.env = before
  }
  expect(trap.connections).toBe(0)
})
