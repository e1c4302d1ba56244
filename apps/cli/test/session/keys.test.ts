import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

import { expect, test } from 'vitest'

import type { Key } from '../../src/session/composer/key.ts'
import { readKeys } from '../../src/session/composer/read-keys.ts'
import { seededRandom } from './seeded-random.ts'

async function keysOf(...chunks: readonly (string | Buffer)[]): Promise<readonly Key[]> {
  const input = new PassThrough()
  const keys: Key[] = []
  const end = readKeys(input, (key) => keys.push(key))
  for (const chunk of chunks) {
    input.write(chunk)
    await sleep(0)
  }
  // Longer than an escape is waited for.
  await sleep(80)
  end()
  return keys
}

const told = (keys: readonly Key[]): readonly string[] =>
  keys.map(
    ({ name, text, ctrl, meta, shift }) =>
      `${ctrl ? 'C-' : ''}${meta ? 'M-' : ''}${shift ? 'S-' : ''}${name === '' ? text : name === text ? text : `${name}${text === '' ? '' : `:${text}`}`}`,
  )

test('letters, control keys, arrows and an escape by itself', async () => {
  expect(
    told(
      await keysOf(
        'aé日',
        '\u0003',
        '\u001B[A',
        '\r',
        '\n',
        '\u001B\r',
        '\u001B[13;2u',
        '\u001B[Z',
        '\u007F',
        '\u001B',
      ),
    ),
  ).toEqual([
    'a',
    'é',
    '日',
    'C-c',
    'up',
    'return',
    'enter',
    'M-return',
    'S-return',
    'S-tab',
    'backspace',
    'escape',
  ])
})

test('what is pasted is one key, whatever is in it and however it comes', async () => {
  const random = seededRandom()
  const text = 'one\r\ntwo \u001B[A \u0003 日本 \u001B[31m'
  const bytes = Buffer.from(`x\u001B[200~${text}\u001B[201~y`)
  for (let round = 0; round < 6; round += 1) {
    const chunks: Buffer[] = []
    for (let at = 0; at < bytes.length;) {
      const size = 1 + random(9)
      chunks.push(bytes.subarray(at, at + size))
      at += size
    }
    const keys = await keysOf(...chunks)
    expect(keys.map(({ name }) => name)).toEqual(['x', 'paste', 'y'])
    expect(keys[1]?.text).toBe(text.replaceAll('\r\n', '\n'))
  }
})

test('a paste whose end was lost is over once nothing more comes, and keys are keys again', async () => {
  const input = new PassThrough()
  const keys: Key[] = []
  const pasted = Promise.withResolvers<void>()
  const end = readKeys(input, (key) => {
    keys.push(key)
    pasted.resolve()
  })
  input.write('\u001B[200~half')
  await pasted.promise
  input.write('\u0003')
  await sleep(20)
  end()
  expect(told(keys)).toEqual(['paste:half', 'C-c'])
})
