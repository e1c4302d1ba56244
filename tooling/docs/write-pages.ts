// How the pages of docs/tools and docs/cli come to be: nothing on them is written by hand.
// - A tool in `documented-tool.ts` gets a page: its declarations are asked of the tool itself, its effects for the inputs in `tool-samples.ts`.
// - Limits are the constants whose comment begins with `@limit` (`/** @limit In bytes: a larger file is not read. */`) and that its code reaches.
// - Failures are the errors and outcomes that its code makes, read from the source with their messages: first what happened, then what to do.
// - The pages of the command line are what `keepup schema commands` prints.
// - Tests hold that pages are fresh, that every tool has one, and that every failure of the toolkit is on one. `pnpm docs` writes them anew.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { repositoryRoot } from '@keepup/repository/repository-root'

import { commandPages, commandsFolder } from './command-pages.ts'
import { pagesFolder, toolPages } from './tool-pages.ts'

for (const [place, pages] of [
  [pagesFolder, await toolPages()],
  [commandsFolder, await commandPages()],
] as const) {
  const folder = join(repositoryRoot, place)
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) if (!pages.has(name)) rmSync(join(folder, name))
  for (const [name, text] of pages) writeFileSync(join(folder, name), text)
}
