import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { repositoryRoot } from '@keepup/repository/repository-root'
import { expect, test } from 'vitest'

import { pagesFolder, toolPages } from '../tool-pages.ts'

test('the pages of the tools are those that the code makes: `pnpm docs` writes them', async () => {
  const folder = join(repositoryRoot, pagesFolder)
  const pages = await toolPages()
  expect(readdirSync(folder).toSorted()).toEqual([...pages.keys()].toSorted())
  for (const [name, text] of pages) expect(readFileSync(join(folder, name), 'utf8')).toBe(text)
})
