import { hookChecks } from '@keepup/testing'
import { describe, expect, test } from 'vitest'

import { adapter, brokenAdapters } from './broken-adapters.ts'

describe('the suite notices an adapter that', () => {
  test.each(Object.entries(brokenAdapters))('%s', async (_, [broken, words]) => {
    const [meant] = hookChecks(broken).filter(({ name }) => words.test(name))
    if (meant === undefined) throw new Error(`no check is called like ${words.source}`)
    await meant.run(adapter)
    await expect(meant.run(broken)).rejects.toThrow(Error)
  })

  test('by sentences that each have a name of their own', () => {
    const names = hookChecks(adapter).map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(hookChecks({ ...adapter, dialects: ['cline'] }).length).toBeLessThan(names.length / 2)
  })
})
