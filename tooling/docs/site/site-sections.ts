/** A part of the site: what stands in its part of the sidebar, in this order. */
interface SiteSection {
  readonly title: string
  /** Pages by their file, and folders by their name with a slash at the end: all of their pages that are named nowhere before. */
  readonly pages: readonly string[]
}

/** Where a page stands that is named nowhere: one that was written since. */
const otherwise = 'Guides'

/** The sidebar of the site. */
const siteSections: readonly SiteSection[] = [
  {
    title: 'Get started',
    pages: ['index.md', 'overview.md', 'start/quickstart.md', 'start/first-hour.md', 'start/'],
  },
  {
    title: 'Concepts',
    pages: [
      'architecture.md',
      'concepts/threads.md',
      'concepts/signals-and-leases.md',
      'concepts/turns.md',
      'concepts/effects-and-outcomes.md',
      'concepts/approvals.md',
      'concepts/labels.md',
      'concepts/',
    ],
  },
  { title: 'Guides', pages: ['guides/', 'graph-files.md', 'procedures.md', 'security.md', 'examples.md'] },
  { title: 'Command line', pages: ['cli/index.md', 'exit-codes.md', 'cli/'] },
  { title: 'Tools', pages: ['tools/index.md', 'tools/'] },
  { title: 'Packages', pages: ['packages/'] },
  { title: 'Coming from', pages: ['migration/'] },
  { title: 'Reference', pages: ['format.md', 'benchmarks.md', 'reference/'] },
  { title: 'Decisions', pages: ['decisions/'] },
  { title: 'Contributing', pages: ['contributing.md', 'reviewing.md'] },
]

/** The pages of each section, each page once, in the order of the sections; pages of a folder by their name. A page that no section names is a guide. */
export function sectionPages(pages: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const left = new Set(pages.toSorted())
  const sections = new Map<string, readonly string[]>()
  const named = new Set(siteSections.flatMap((section) => section.pages))
  for (const { title, pages: places } of siteSections) {
    const found = places.flatMap((place) =>
      place.endsWith('/')
        ? [...left].filter((page) => page.startsWith(place) && !named.has(page))
        : left.has(place)
          ? [place]
          : [],
    )
    for (const page of found) left.delete(page)
    sections.set(title, [...new Set(found)])
  }
  sections.set(otherwise, [...(sections.get(otherwise) ?? []), ...left])
  return sections
}
