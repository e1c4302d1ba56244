import { get } from 'node:http'

import { expect, test } from 'vitest'

import { listenForRedirect } from '../../../src/oauth/browser/redirect-listener.ts'
import { memoryCredentials, systemBrowser } from '../../../src/oauth/index.ts'
import { openWorld } from '../peer/world.ts'
import { type Attack, reasonOf, testAttacks } from './attack.ts'

function endpointAttack(endpoint: string): Attack {
  return {
    id: 'mcp-02',
    name: `authorization_endpoint ${endpoint.slice(0, 40)}`,
    without: ['secureUrls', 'publicAddresses'],
    run: async (off) => {
      const world = await openWorld({
        guard: { metadata: (document) => ({ ...document, authorization_endpoint: endpoint }) },
      })
      const opened: URL[] = []
      const stop = new AbortController()
      const openBrowser = async (url: URL): Promise<void> => {
        opened.push(url)
        stop.abort(new Error('The attacker is there'))
      }
      const session = world.session({ openBrowser }, off)
      await session.login({ signal: stop.signal }).catch(() => {})
      const isOdd = opened.some((url) => url.protocol !== 'https:' || url.hostname === '10.0.0.5')
      return { done: isOdd }
    },
  }
}

const endpoints = [
  'ms-msdt:/id PCWDiagnostic /skip force',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'search-ms:query=x',
  'ms-officecmd:{}',
  'vscode://evil/run',
  'ssh://-oProxyCommand=calc/',
  'smb://evil.example.test/share',
  'mailto:a@example.test?attach=/etc/passwd',
  'view-source:https://login.example.test/',
  'blob:https://login.example.test/1',
  'about:blank',
  'ftp://login.example.test/',
  'http://login.example.test/$(touch%20pwned)',
  'http://login.example.test/?a=`calc`&b=|calc',
  'https://10.0.0.5/authorize',
]

const otherInterface: Attack = {
  id: 'mcp-11',
  name: 'the listener is reached from another interface',
  without: 'a listener on 127.0.0.1 alone',
  run: async (_, isDefended) => {
    const host = isDefended ? {} : { host: '0.0.0.0' }
    await using listener = await listenForRedirect(new URL('http://127.0.0.1/callback'), host)
    const port = new URL(listener.redirectUri).port
    const reached = await new Promise<boolean>((resolve) => {
      get(`http://127.0.0.2:${port}/callback`, (response) => resolve(response.resume() !== undefined)).on(
        'error',
        () => resolve(false),
      )
    })
    return { done: reached }
  },
}

const reflection: Attack = {
  id: 'mcp-12',
  name: 'HTML in the answer to a login',
  without: 'a page of fixed text',
  run: async (_, isDefended) => {
    const page = (query: URLSearchParams): string => `<p>${query.get('error_description')}</p>`
    await using listener = await listenForRedirect(
      new URL('http://127.0.0.1/callback'),
      isDefended ? {} : { page },
    )
    const answered = listener.answered(() => true)
    const script = '<script>alert(1)</script>'
    const response = await fetch(
      `${listener.redirectUri}?error_description=${encodeURIComponent(script)}&redirect=https://evil.example.test`,
    )
    await answered
    const mayRun = response.headers.get('content-security-policy')?.includes("default-src 'none'") !== true
    return { done: (await response.text()).includes(script) || response.redirected || mayRun }
  },
}

testAttacks([...endpoints.map(endpointAttack), otherInterface, reflection])

test.each([
  '$(calc)',
  'not a url',
  'https://',
  'https://user:pass@login.example.test/',
  '-oProxyCommand=x',
  42,
])('mcp-02: authorization_endpoint %s is no URL for a browser', async (endpoint) => {
  const world = await openWorld({
    guard: { metadata: (document) => ({ ...document, authorization_endpoint: endpoint }) },
  })
  const { reason } = await reasonOf(world.call(world.session()))
  expect(['url-refused', 'metadata-invalid']).toContain(reason)
  expect(world.opened).toEqual([])
})

test.each(['linux', 'darwin', 'win32'] as const)(
  'mcp-02: on %s a URL is one argument of a program',
  async (platform) => {
    const started: (readonly [string, readonly string[]])[] = []
    const open = systemBrowser(
      async (program, programArguments) => void started.push([program, programArguments]),
      platform,
    )
    const nasty = new URL('https://login.example.test/a?b="&calc&$(calc)`calc`|calc;calc %PATH% \'x')
    await open(nasty)
    expect(started).toHaveLength(1)
    const [[program, programArguments] = ['', []]] = started
    expect(programArguments.at(-1)).toBe(nasty.href)
    expect([program, ...programArguments].join(' ')).not.toMatch(/cmd|powershell|\bsh\b|"| -c /)
    await expect(open(new URL('file:///etc/passwd'))).rejects.toMatchObject({
      details: { reason: 'url-refused' },
    })
    expect(started).toHaveLength(1)
  },
)

test('mcp-11: another path, another method and another host name are turned away, and change nothing', async () => {
  await using listener = await listenForRedirect(new URL('http://127.0.0.1/callback/secret'))
  let seen = 0
  const answered = listener.answered(() => ++seen > 0)
  const { port } = new URL(listener.redirectUri)
  const statuses = [
    await fetch(`http://127.0.0.1:${port}/callback?code=x`),
    await fetch(`http://127.0.0.1:${port}//callback/secret?code=x`),
    await fetch(listener.redirectUri, { method: 'POST', body: 'code=x' }),
  ].map(({ status }) => status)
  const rebound = await new Promise<number>((resolve, reject) => {
    get(
      {
        host: '127.0.0.1',
        port,
        path: '/callback/secret?code=x',
        headers: { host: `evil.example.test:${port}` },
      },
      (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      },
    ).on('error', reject)
  })
  expect([...statuses, rebound, seen]).toEqual([400, 400, 400, 400, 0])
  await fetch(`${listener.redirectUri}?code=right`)
  expect((await answered).get('code')).toBe('right')
})

test('mcp-11: where another program has the port already, no browser is opened', async () => {
  await using taken = await listenForRedirect(new URL('http://127.0.0.1/callback'))
  const world = await openWorld()
  const client = { id: 'keepup', redirectUri: taken.redirectUri }
  expect(await reasonOf(world.call(world.session({ client })))).toEqual({ reason: 'login-failed' })
  expect(world.opened).toEqual([])
  // A registration of one's own moves to another port.
  const store = memoryCredentials()
  await world.session({ store }).login()
  await using second = await listenForRedirect(
    new URL(world.opened[0]?.searchParams.get('redirect_uri') ?? ''),
  )
  await world.session({ store }).login()
  expect(second.redirectUri).not.toBe(world.opened[1]?.searchParams.get('redirect_uri'))
  expect(world.guard.counts.register).toBe(2)
})
