import { type Clock, systemClock } from '@keepup/core'
import { expect, test } from 'vitest'

import { followRedirects, type RedirectPolicy, withDeadline } from '../src/index.ts'

const never = new AbortController().signal

/** A site of texts: `-> URL` redirects there. */
function site(
  pages: (path: string) => string,
  policy: Partial<RedirectPolicy<string>> = {},
): { readonly asked: string[]; readonly go: () => ReturnType<typeof followRedirects<string>> } {
  const asked: string[] = []
  const send = async (url: URL): Promise<string> => {
    asked.push(url.href)
    return pages(url.pathname)
  }
  const usual: RedirectPolicy<string> = {
    most: 3,
    target: (answer, from) => (answer.startsWith('-> ') ? new URL(answer.slice(3), from) : undefined),
    check: (to) => to,
    mayFollow: () => true,
    endless: (from) => new Error(`endless at ${from.pathname}`),
  }
  return { asked, go: () => followRedirects(new URL('http://site.test/0'), send, { ...usual, ...policy }) }
}

test('redirects are followed to the answer', async () => {
  const { asked, go } = site((path) => (path === '/3' ? 'here' : `-> /${Number(path.slice(1)) + 1}`))
  expect(await go()).toEqual({ type: 'answer', answer: 'here', url: new URL('http://site.test/3') })
  expect(asked.map((url) => new URL(url).pathname)).toEqual(['/0', '/1', '/2', '/3'])
})

test('an endless path and a circle end', async () => {
  const path = site((at) => `-> /${Number(at.slice(1)) + 1}`)
  await expect(path.go()).rejects.toThrow('endless at /3')
  expect(path.asked).toHaveLength(4)
  const circle = site(() => '-> /0')
  await expect(circle.go()).rejects.toThrow('endless at /0')
  expect(circle.asked).toHaveLength(1)
})

test('a target is judged before anybody is asked, and where it may not be followed it is told as it was judged', async () => {
  const refusing = site(() => '-> http://127.0.0.1/', {
    check: () => {
      throw new Error('refused')
    },
    mayFollow: () => expect.unreachable('it was not judged yet'),
  })
  await expect(refusing.go()).rejects.toThrow('refused')
  const asking = site(() => '-> http://other.test/#part', {
    check: (to) => new URL(to.origin),
    mayFollow: (from, to) => from.host === to.host,
  })
  expect(await asking.go()).toEqual({
    type: 'redirect',
    from: new URL('http://site.test/0'),
    to: new URL('http://other.test/'),
  })
  expect([refusing.asked.length, asking.asked.length]).toEqual([1, 1])
})

test('work ends with its time, with its caller, or by itself', async () => {
  const late = (): Error => new Error('late')
  const hanging = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('closed'))))
  let ring = (): void => {}
  const clock: Clock = {
    ...systemClock,
    sleep: (_time, signal) =>
      new Promise((resolve, reject) => {
        ring = resolve
        signal?.addEventListener('abort', () => reject(new Error('stopped')))
      }),
  }
  const timed = withDeadline({ clock, signal: never, time: 1000 }, late, hanging)
  ring()
  await expect(timed).rejects.toThrow('late')
  const stop = new AbortController()
  const stopped = withDeadline({ clock, signal: stop.signal, time: 1000 }, late, hanging)
  stop.abort(new Error('enough'))
  await expect(stopped).rejects.toThrow('enough')
  expect(await withDeadline({ clock, signal: never, time: 1000 }, late, async () => 'done')).toBe('done')
  await expect(
    withDeadline({ clock, signal: never, time: 1000 }, late, () => Promise.reject(new Error('own'))),
  ).rejects.toThrow('own')
})
