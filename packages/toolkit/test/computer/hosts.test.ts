import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

import { describe, expect, onTestFinished, test } from 'vitest'

import { openFilterProxy } from '../../src/computer/browser/filter-proxy.ts'
import { createHostJudge } from '../../src/computer/browser/judge-host.ts'
import { hostList } from '../../src/computer/host-list.ts'
import { browse, hasBrowser, said, serve, type ServedSite } from './browser-place.ts'

/** What a page tries so that something reaches the host that it may not reach. `localhost` is another host than `127.0.0.1`. */
const tries: Readonly<Record<string, (elsewhere: string) => string>> = {
  picture: (there) => `<img src="${there}/picture">`,
  frame: (there) => `<iframe src="${there}/frame"></iframe>`,
  style: (there) => `<style>@import "${there}/style"; body { background: url(${there}/background) }</style>`,
  script: (there) => `<script src="${there}/script"></script>`,
  fetch: (there) => `<script>fetch('${there}/fetch', { mode: 'no-cors', keepalive: true })</script>`,
  beacon: (there) => `<script>navigator.sendBeacon('${there}/beacon', 'x')</script>`,
  socket: (there) => `<script>new WebSocket('${there.replace('http', 'ws')}/socket')</script>`,
  events: (there) => `<script>new EventSource('${there}/events')</script>`,
  prefetch: (there) =>
    `<link rel="prefetch" href="${there}/prefetch"><link rel="preload" as="script" href="${there}/preload"><link rel="preconnect" href="${there}"><link rel="dns-prefetch" href="${there}"><link rel="modulepreload" href="${there}/module">`,
  speculation: (there) =>
    `<script type="speculationrules">{"prerender":[{"urls":["${there}/prerender"]}],"prefetch":[{"urls":["${there}/speculated"]}]}</script>`,
  worker: (there) =>
    `<script>new Worker(URL.createObjectURL(new Blob(["fetch('${there}/worker', { mode: 'no-cors' })"])))</script>`,
  'service worker': (there) => `<script>navigator.serviceWorker.register('/worker.js?${there}')</script>`,
  ping: (there) => `<a id="p" href="#" ping="${there}/ping">p</a><script>p.click()</script>`,
  form: (there) =>
    `<form id="f" target="i" method="post" action="${there}/form"></form><iframe name="i"></iframe><script>f.submit()</script>`,
  window: (there) => `<script>open('${there}/window')</script>`,
  redirected: () => `<img src="/redirect/picture"><iframe src="/redirect/frame"></iframe>`,
  report: (there) =>
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'"><img src="${there}/policy">`,
  media: (there) =>
    `<video src="${there}/video" autoplay></video><embed src="${there}/embed"><object data="${there}/object"></object>`,
  transport: (there) =>
    `<script>try { new WebTransport('${there.replace('http', 'https')}/transport') } catch {}</script>`,
}

const redirectTo =
  (place: () => string): ServedHandler =>
  (asked, answer) =>
    void answer.writeHead(302, { location: `${place()}${asked.url ?? ''}` }).end()
type ServedHandler = Extract<Parameters<typeof serve>[0][string], (...given: never[]) => unknown>

const worker = `const there = decodeURIComponent(location.search.slice(1)); self.addEventListener('install', () => fetch(there + '/service', { mode: 'no-cors' }))`

async function hostilePlace(): Promise<{ readonly site: ServedSite; readonly elsewhere: () => string }> {
  let port = 0
  const elsewhere = (): string => `http://localhost:${port}`
  const page = (html: string) => `<h1>Here</h1>${html}`
  const site = await serve({
    ...Object.fromEntries(
      Object.entries(tries).map(([name, html]): [string, ServedHandler] => [
        `/try-${name.replace(' ', '-')}`,
        (_, answer) =>
          void answer.writeHead(200, { 'content-type': 'text/html' }).end(page(html(elsewhere()))),
      ]),
    ),
    '/worker.js': (_, answer) =>
      void answer.writeHead(200, { 'content-type': 'text/javascript' }).end(worker),
    '/redirect/picture': redirectTo(elsewhere),
    '/redirect/frame': redirectTo(elsewhere),
    '/chain': (_, answer) => void answer.writeHead(302, { location: '/chain2' }).end(),
    '/chain2': redirectTo(elsewhere),
    '/refresh': '<h1>Soon</h1><script>location = location.href.replace("127.0.0.1", "localhost")</script>',
  })
  port = site.port
  return { site, elsewhere }
}

const reached = ({ asked }: ServedSite): readonly string[] =>
  asked.filter((line) => line.startsWith('localhost'))

describe.skipIf(!hasBrowser)('hosts that are not on the list', { timeout: 90_000 }, () => {
  test('are not reached by anything that a page can do, and are told', async () => {
    const { site } = await hostilePlace()
    const { go, act, view } = browse({ hosts: ['127.0.0.1'] })
    let told = ''
    for (const name of Object.keys(tries)) {
      told += await go(`${site.origin}/try-${name.replace(' ', '-')}`)
      await act({ action: 'click', x: 5, y: 5, show: 'nothing' })
    }
    told += await view({ wait_ms: 1_000 })
    expect(reached(site)).toEqual([])
    expect(told).toMatch(/Blocked( \(\d+ times\))?: localhost:\d+, because it is not on the list/)
  })

  test('are reached by the same pages where they are on the list: the control', async () => {
    const { site } = await hostilePlace()
    const { go, act, view } = browse({ hosts: ['127.0.0.1', 'localhost'] })
    for (const name of Object.keys(tries)) {
      await go(`${site.origin}/try-${name.replace(' ', '-')}`)
      await act({ action: 'click', x: 5, y: 5, show: 'nothing' })
    }
    await view({ wait_ms: 1_000 })
    const paths = new Set(reached(site).map((line) => line.split(' ')[1]))
    for (const path of [
      'picture',
      'frame',
      'style',
      'script',
      'fetch',
      'beacon',
      'worker',
      'service',
      'form',
    ])
      expect(paths, `for ${path}`).toContain(`/${path}`)
    for (const path of ['/redirect/picture', '/redirect/frame', '/prefetch', '/events', '/video', '/socket'])
      expect(paths, `for ${path}`).toContain(path)
  })

  test('are not opened, directly, by redirects, by the page or by other schemes', async () => {
    const { site, elsewhere } = await hostilePlace()
    const { act, go } = browse({ hosts: ['127.0.0.1'] })
    for (const url of [
      `${elsewhere()}/`,
      'file:///etc/passwd',
      'data:text/html,hello',
      'javascript:alert(1)',
      'chrome://version',
      `view-source:${site.origin}/`,
      `http://127.0.0.1@localhost:${site.port}/`,
      `http://2130706433.localhost:${site.port}/`,
      'ftp://127.0.0.1/',
      'about:blank',
      'not an address',
    ])
      expect(await act({ action: 'navigate', url }), `for ${url}`).toMatchObject({ type: 'denied' })
    const chain = await act({ action: 'navigate', url: `${site.origin}/chain` })
    expect(chain).toMatchObject({ type: 'denied' })
    expect(said(chain)).toContain('localhost')
    expect(await go(`${site.origin}/refresh`)).toMatch(/Blocked[^:]*: localhost/)
    expect(reached(site)).toEqual([])
  })

  test('are not reached by WebRTC', async () => {
    const stun = createSocket('udp4')
    const turn = createServer()
    const packets: string[] = []
    stun.on('message', () => packets.push('udp'))
    turn.on('connection', (socket: Socket) => {
      packets.push('tcp')
      socket.destroy()
    })
    stun.bind(0, '127.0.0.1')
    await once(stun, 'listening')
    const { port } = stun.address()
    turn.listen(port, '127.0.0.1')
    await once(turn, 'listening')
    onTestFinished(() => {
      stun.close()
      turn.close()
    })
    const site = await serve({
      '/': `<h1>Call</h1><script>
        const urls = ['stun:localhost:${port}', 'stun:127.0.0.1:${port}', 'turn:localhost:${port}?transport=tcp', 'turn:localhost:${port}?transport=udp']
        const peer = new RTCPeerConnection({ iceServers: [{ urls, username: 'u', credential: 'c' }] })
        peer.createDataChannel('d')
        peer.onicegatheringstatechange = () => { document.title = peer.iceGatheringState }
        peer.createOffer().then((offer) => peer.setLocalDescription(offer))</script>`,
    })
    const { go, view } = browse({ hosts: [`127.0.0.1:${site.port}`] })
    await go(`${site.origin}/`)
    await expect.poll(() => view(), { timeout: 20_000 }).toContain('"complete"')
    expect(packets).toEqual([])
  })
})

describe('the judgement of hosts', () => {
  const judgeOf = (
    hosts: readonly string[] | 'any',
    answers: readonly string[] = [],
    privateNetwork = false,
  ) => createHostJudge({ list: hostList(hosts), privateNetwork, resolve: async () => answers })

  test('goes by name, pattern, address and port', () => {
    const list = hostList(['Example.COM', '*.wild.test', '127.0.0.1:8080', '[::1]', 'bücher.example'])
    expect(list.names('example.com', 443)).toBe('exactly')
    expect(list.names('example.com.', 443)).toBe('exactly')
    expect(list.names('a.b.wild.test', 443)).toBe('by-pattern')
    expect(list.names('xn--bcher-kva.example', 80)).toBe('exactly')
    expect(list.names('[::1]', 80)).toBe('exactly')
    for (const [host, port] of [
      ['127.0.0.1', 8080],
      ['127.0.0.1', 80],
    ] as const)
      expect(list.names(host, port)).toBe(port === 8080 ? 'exactly' : undefined)
    for (const host of ['wild.test', 'xwild.test', 'sub.example.com', 'example.com.evil.test', 'evil.test'])
      expect(list.names(host, 443), `for ${host}`).toBe(undefined)
    for (const wrong of [
      'http://example.com',
      'example.com/path',
      'user@example.com',
      '*',
      'a b',
      '',
      'x:99999',
    ])
      expect(() => hostList([wrong]), `for ${wrong}`).toThrow(/is no host/)
  })

  test('lets no name lead into the private network, unless that is allowed', async () => {
    for (const address of [
      '127.0.0.1',
      '10.0.0.1',
      '169.254.169.254',
      '::1',
      '::ffff:10.0.0.1',
      'fd00::1',
      '64:ff9b::7f00:1',
    ]) {
      expect(await judgeOf(['rebound.test'], [address])('rebound.test', 80), `for ${address}`).toMatchObject({
        type: 'blocked',
      })
      expect(await judgeOf('any', [address])('rebound.test', 80), `for ${address}`).toMatchObject({
        type: 'blocked',
      })
      expect(await judgeOf(['rebound.test'], [address], true)('rebound.test', 80)).toMatchObject({
        type: 'allowed',
      })
    }
    expect(await judgeOf('any')('127.0.0.1', 80)).toMatchObject({ type: 'blocked' })
    expect(await judgeOf(['127.0.0.1'])('127.0.0.1', 80)).toMatchObject({ type: 'allowed' })
    expect(await judgeOf(['localhost'], ['127.0.0.1'])('localhost', 80)).toMatchObject({ type: 'allowed' })
    expect(await judgeOf(['*.test'], ['127.0.0.1'])('a.test', 80)).toMatchObject({ type: 'blocked' })
    expect(await judgeOf(['public.test'], ['93.184.216.34'])('public.test', 80)).toEqual({
      type: 'allowed',
      addresses: ['93.184.216.34'],
    })
    expect(await judgeOf(['public.test'])('public.test', 80)).toMatchObject({ type: 'unknown' })
  })

  test('holds for whoever speaks to the proxy, whatever it says', async () => {
    const site = await serve({ '/': 'secret' })
    const judge = createHostJudge({
      list: hostList(['allowed.test']),
      privateNetwork: false,
      resolve: async () => [],
    })
    await using proxy = await openFilterProxy({ judge, mostReceived: 1_000 })
    const { connect } = await import('node:net')
    const say = async (request: string): Promise<string> => {
      const socket = connect(proxy.port, '127.0.0.1')
      let answer = ''
      socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
      socket.on('error', () => {})
      socket.end(request)
      await once(socket, 'close')
      return answer
    }
    for (const request of [
      `CONNECT 127.0.0.1:${site.port} HTTP/1.1\r\n\r\n`,
      `CONNECT 2130706433:${site.port} HTTP/1.1\r\n\r\n`,
      `CONNECT 0x7f.1:${site.port} HTTP/1.1\r\n\r\n`,
      `CONNECT allowed.test@127.0.0.1:${site.port} HTTP/1.1\r\n\r\n`,
      `CONNECT /: HTTP/1.1\r\n\r\n`,
      `GET http://127.0.0.1:${site.port}/ HTTP/1.1\r\nHost: allowed.test\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${site.port}\r\n\r\n`,
      `GET http://allowed.test/ HTTP/1.1\r\nHost: 127.0.0.1:${site.port}\r\nConnection: close\r\n\r\n`,
      'nonsense\r\n\r\n',
    ]) {
      const answer = await say(request)
      expect(answer, `for ${request}`).not.toContain('200')
      expect(answer, `for ${request}`).not.toContain('secret')
    }
    expect(site.asked).toEqual([])
  })
})
