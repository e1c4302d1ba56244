import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { total, use } from './parts/readme-example.ts'

const read = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8')

test('the example of the README is the one that runs here', async () => {
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(read('../README.md')) ?? []
  const source = read('parts/readme-example.ts')
  const plain = (text: string): string => text.replaceAll(/\s+/g, ' ')
  const lines = example.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('console'))
  for (const line of lines) expect(plain(source)).toContain(plain(line).trim())
  expect(total.version).toBe(1)
  expect(await use()).toEqual([5, 1])
})
