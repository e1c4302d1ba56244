import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { repositoryRoot } from '@keepup/repository/repository-root'
import { expect, test } from 'vitest'

import { commandPages, commandsFolder } from '../command-pages.ts'

test(
  'the pages of the command line are those of the program: `pnpm docs` writes them',
  { timeout: 30_000 },
  async () => {
    const folder = join(repositoryRoot, commandsFolder)
    const pages = await commandPages()
    expect(readdirSync(folder).toSorted()).toEqual([...pages.keys()].toSorted())
    for (const [name, text] of pages) expect(readFileSync(join(folder, name), 'utf8')).toBe(text)
  },
)
