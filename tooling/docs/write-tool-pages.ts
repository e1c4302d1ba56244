// How the pages of docs/tools come to be: nothing on them is written by hand.
// - A tool in `documented-tool.ts` gets a page: its declarations are asked of the tool itself, its effects for the inputs in `tool-samples.ts`.
// - Limits are the constants whose comment begins with `@limit` (`/** @limit In bytes: a larger file is not read. */`) and that its code reaches.
// - Failures are the errors and outcomes that its code makes, read from the source with their messages: first what happened, then what to do.
// - Tests hold that pages are fresh, that every tool has one, and that every failure of the toolkit is on one. `pnpm docs` writes them anew.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { repositoryRoot } from '@keepup/repository/repository-root'

import { pagesFolder, toolPages } from './tool-pages.ts'

const folder = join(repositoryRoot, pagesFolder)
const pages = await toolPages()
mkdirSync(folder, { recursive: true })
for (const name of readdirSync(folder)) if (!pages.has(name)) rmSync(join(folder, name))
for (const [name, text] of pages) writeFileSync(join(folder, name), text)
