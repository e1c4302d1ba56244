// Writes what the site is built from into docs/dist/pages: every document with its links as they are there, the reference of the packages, `llms.txt` for
// models, and the sidebar. `--no-reference` leaves the reference out, which takes most of the time. VitePress makes pages of them: `pnpm docs:build`.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { committedFiles } from '@keepup/repository/committed-files'
import { repositoryRoot } from '@keepup/repository/repository-root'

import { apiPages } from './site/api-pages.ts'
import { listForModels, titleOf } from './site/list-for-models.ts'
import { withSiteLinks } from './site/site-links.ts'
import { sitePages } from './site/site-page.ts'
import { sectionPages } from './site/site-sections.ts'

const built = join(repositoryRoot, 'docs/dist')
const folder = join(built, 'pages')

const committed = committedFiles()
const documents = sitePages(committed.filter((path) => path.endsWith('.md')))
const pictures = committed.filter((path) => /^docs\/.*\.(gif|jpe?g|png|svg|webp)$/.test(path))
const places = new Map([
  ...documents.map(({ source, page }) => [source, page] as const),
  ...pictures.map((path) => [path, path.slice('docs/'.length)] as const),
])
const texts = new Map(
  documents.map((one) => {
    const text = readFileSync(join(repositoryRoot, one.source), 'utf8')
    return [one.page, withSiteLinks(text, one, places)] as const
  }),
)
if (!process.argv.includes('--no-reference')) {
  const reference = apiPages(join(built, 'typedoc'))
  const targets = new Map(reference.map(({ source, page }) => [source, page]))
  for (const one of reference) texts.set(one.page, withSiteLinks(one.text, one, targets))
}

rmSync(folder, { recursive: true, force: true })
for (const [page, text] of texts) write(page, text)
for (const path of pictures) {
  const target = join(folder, path.slice('docs/'.length))
  mkdirSync(dirname(target), { recursive: true })
  copyFileSync(join(repositoryRoot, path), target)
}
// Editors may name a schema by its address.
for (const path of committed.filter((one) => /^packages\/.*\.schema\.json$/.test(one)))
  write(`public/schema/${basename(path)}`, readFileSync(join(repositoryRoot, path), 'utf8'))
const sections = [...sectionPages([...texts.keys()])].map(
  ([title, pages]) => [title, pages.map((page) => ({ page, text: texts.get(page) ?? '' }))] as const,
)
const about =
  'A TypeScript runtime for agents that keep going: threads that survive a kill, effects that are not silently repeated, and everything replayable.'
write('public/llms.txt', listForModels(about, new Map(sections)))
// Each page can be fetched as the Markdown that it is.
for (const [page, text] of texts) write(`public/${page}`, text)
const sidebar = sections.map(([title, pages]) => ({
  text: title,
  collapsed: title !== 'Get started' && title !== 'Concepts',
  items: pages.map(({ page, text }) => ({
    text: titleOf(text, page),
    link: `/${page.replace(/(^|\/)index\.md$|\.md$/, '$1')}`,
  })),
}))
write('sidebar.json', JSON.stringify(sidebar))

function write(path: string, text: string): void {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
