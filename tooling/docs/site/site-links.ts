import { posix } from 'node:path'

import type { SitePage } from './site-page.ts'

/**
 * The text of a document with its links as they are on the site. A link to a file that is not shown there (code, for instance) becomes plain words, as does a picture; so no
 * link of the site leads nowhere because the repository is not beside it.
 */
export function withSiteLinks(
  text: string,
  { source, page }: SitePage,
  places: ReadonlyMap<string, string>,
): string {
  const linkTo = (target: string): string | undefined => {
    const [file = '', fragment] = target.split('#')
    const found = placeOf(posix.normalize(posix.join(posix.dirname(source), file)), places)
    if (found === undefined) return undefined
    const link = posix.relative(posix.dirname(page), found)
    return `${link.startsWith('.') ? link : `./${link}`}${fragment === undefined ? '' : `#${fragment}`}`
  }
  return outsideCode(text, (prose) =>
    prose
      .replaceAll(markdownLink, (whole, image: string, words: string, target: string) => {
        if (/^([a-z]+:|#)/.test(target)) return whole
        const link = linkTo(target)
        return link === undefined ? words : `${image}[${words}](${link})`
      })
      .replaceAll(/ (src|srcset)="([^"]+)"/g, (whole, name: string, target: string) => {
        const link = /^[a-z]+:/.test(target) ? undefined : linkTo(target)
        return link === undefined ? whole : ` ${name}="${link}"`
      }),
  )
}

const markdownLink = /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g

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
