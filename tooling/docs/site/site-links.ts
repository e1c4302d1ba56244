import { posix } from 'node:path'

import type { SitePage } from './site-page.ts'

/**
 * The text of a document with its links as they are on the site. A link to a file that is not shown there (code, for instance) becomes plain words; so no
 * link of the site leads nowhere because the repository is not beside it.
 */
export function withSiteLinks(
  text: string,
  { source, page }: SitePage,
  places: ReadonlyMap<string, string>,
): string {
  return outsideCode(text, (prose) =>
    prose.replaceAll(
      /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g,
      (whole, image: string, words: string, target: string) => {
        if (image !== '' || /^[a-z]+:/.test(target)) return whole
        const [file = '', fragment] = target.split('#')
        if (file === '') return whole
        const found = placeOf(posix.normalize(posix.join(posix.dirname(source), file)), places)
        if (found === undefined) return words
        const link = posix.relative(posix.dirname(page), found)
        return `[${words}](${link.startsWith('.') ? link : `./${link}`}${fragment === undefined ? '' : `#${fragment}`})`
      },
    ),
  )
}

/** A folder stands for the page of its README. */
function placeOf(path: string, places: ReadonlyMap<string, string>): string | undefined {
  return places.get(path) ?? places.get(posix.join(path, 'README.md'))
}

/** Changes everything but blocks of code. */
function outsideCode(text: string, change: (prose: string) => string): string {
  return text
    .split(/(^```.*?^```$)/ms)
    .map((part) => (part.startsWith('```') ? part : change(part)))
    .join('')
}
