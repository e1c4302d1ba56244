import { parseHTML } from 'linkedom'

import type { DomDocument, DomElement } from './dom.ts'

/** Elements that hold nothing to read. */
const unread =
  'script, style, template, noscript, iframe, frame, object, embed, svg, canvas, link, meta, base'

/** Parses a page, without what is not read, and with whole addresses in its links. Runs nothing and loads nothing. */
export function htmlDocument(html: string, url: string): DomDocument {
  const document = parsed(html)
  const base = baseOf(document, url)
  for (const element of document.querySelectorAll(unread)) element.remove()
  for (const link of document.querySelectorAll('a[href], area[href]')) makeWhole(link, 'href', base)
  for (const picture of document.querySelectorAll('img')) nameOnly(document, picture, base)
  return document
}

/** The parser needs the elements that HTML lets be left out, and each of them once. */
function parsed(html: string): DomDocument {
  const { document }: { readonly document: DomDocument } = parseHTML(html)
  if (document.documentElement?.nodeName === 'HTML') return document
  const bare = html.replaceAll(/<\/?(html|head|body)\b[^<>]*>/gi, '')
  return parseHTML(`<!doctype html><html><body>${bare}</body></html>`).document
}

function baseOf(document: DomDocument, url: string): string {
  const href = document.querySelector('base[href]')?.getAttribute('href')
  return URL.parse(href ?? '', url)?.href ?? url
}

/** Only links that lead to pages stay links. */
function makeWhole(link: DomElement, attribute: string, base: string): void {
  const to = URL.parse(link.getAttribute(attribute) ?? '', base)
  if (to !== null && /^(https?|mailto):$/.test(to.protocol)) link.setAttribute(attribute, to.href)
  else link.removeAttribute(attribute)
}

/** A picture becomes a link to it, so that whatever shows the text loads nothing by itself. */
function nameOnly(document: DomDocument, picture: DomElement, base: string): void {
  const name = (picture.getAttribute('alt') ?? '').trim()
  const source = URL.parse(picture.getAttribute('src') ?? '', base)
  if (name === '' || source === null || !/^https?:$/.test(source.protocol)) {
    picture.replaceWith(document.createTextNode(name === '' ? '' : `[Picture: ${name}]`))
    return
  }
  const link = document.createElement('a')
  link.setAttribute('href', source.href)
  link.append(document.createTextNode(`Picture: ${name}`))
  picture.replaceWith(link)
}
