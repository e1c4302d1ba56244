import { posix } from 'node:path'

/** A document and its place on the site. */
export interface SitePage {
  /** The file it is made of, relative to the repository. */
  readonly source: string
  /** Its file on the site, relative to the site's root: `cli/run.md`. */
  readonly page: string
}

/** The places on the site of those of the repository's documents that are shown there. */
export function sitePages(documents: readonly string[]): readonly SitePage[] {
  return documents.flatMap((source) => {
    const page = placeOf(source)
    return page === undefined ? [] : [{ source, page }]
  })
}

/** Documents that stand outside of `docs`, by what they are on the site. */
const others: Readonly<Record<string, string>> = {
  'README.md': 'overview.md',
  'CONTRIBUTING.md': 'contributing.md',
  'REVIEW.md': 'reviewing.md',
  'examples/README.md': 'examples.md',
}

function placeOf(source: string): string | undefined {
  const other = others[source]
  if (other !== undefined) return other
  const [, name] = /^(?:packages|apps)\/([^/]+)\/README\.md$/.exec(source) ?? []
  if (name !== undefined) return `packages/${name}.md`
  if (!source.startsWith('docs/')) return undefined
  const page = source.slice('docs/'.length)
  return posix.basename(page) === 'README.md' ? posix.join(posix.dirname(page), 'index.md') : page
}
