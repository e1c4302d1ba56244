import { expect, test } from 'vitest'

import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

const verbs = [
  'stats',
  'verify',
  'copy',
  'backup',
  'migrate',
  'export',
  'import',
  'prune',
  'erase',
  'encrypt',
  'rotate',
]

test('the help of what looks after stores and travels fits 80 columns', async () => {
  const home = temporaryFolder()
  const pages = [
    ['store'],
    ...verbs.map((verb) => ['store', verb]),
    ['fork'],
    ['rewind'],
    ['diff'],
    ['history'],
  ]
  for (const words of pages) {
    const { code, stdout } = await runInProcess([...words, '--help'], { home })
    expect([words, code]).toEqual([words, 0])
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(stdout.split('\n').length).toBeGreaterThan(5)
  }
})
