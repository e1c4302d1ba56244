import { Readability } from '@mozilla/readability'

import type { DomDocument, DomElement } from './dom.ts'
import { htmlDocument } from './html-document.ts'
import { htmlMarkdown } from './html-markdown.ts'
import { markHidden } from './mark-hidden.ts'
import type { PageText } from './page-job.ts'
import { plainText } from './plain-text.ts'

/** How deep elements may lie in each other before a page is only shown as text: browsers stop there too. */
const deepest = 512
/** What the part that reads like an article must hold of the page's text to stand for it. */
const leastShare = 0.4
const around =
  'nav, aside, header, footer, form, dialog, [role="navigation"], [role="banner"], [role="search"]'

/**
 * A page of HTML as Markdown or text: its main content first, as Mozilla's Readability finds it, or where that is too little of the page, the page without
 * navigation, headers and footers.
 */
export function htmlText(html: string, url: string, format: 'markdown' | 'text'): PageText {
  const document = htmlDocument(html, url)
  const title = (document.title || (document.querySelector('h1')?.textContent ?? ''))
    .replaceAll(/\s+/g, ' ')
    .trim()
  const whole = htmlElement(document)
  const deep = isDeep(whole)
  const hidden = deep ? 0 : markHidden(document)
  const root = deep ? whole : mainContent(document, html, url)
  const notes = [
    ...(hidden === 0 ? [] : [`${hidden} texts are hidden from visitors of the page; they are marked.`]),
    ...(deep && format === 'markdown'
      ? [`Its elements lie more than ${deepest} deep in each other, so it is shown as text.`]
      : []),
  ]
  const text = deep || format === 'text' ? plainText(root) : htmlMarkdown(root)
  return { text, ...(title === '' ? {} : { title }), notes }
}

function mainContent(document: DomDocument, html: string, url: string): DomElement {
  const rest = pageWithoutFrame(document)
  const whole = textLength(rest)
  const found = articleIn(htmlAgain(html, url))
  return found && textLength(found) >= whole * leastShare ? found : rest
}

function articleIn(document: DomDocument): DomElement | null | undefined {
  try {
    return new Readability<DomElement>(document, {
      keepClasses: true,
      // The element itself: it is turned into Markdown from there.
      serializer: (element) => element as DomElement,
    }).parse()?.content
  } catch {
    // Some pages have more nodes than it can hold on its stack.
    return undefined
  }
}

/** Readability takes the document apart, so it gets one of its own. */
function htmlAgain(html: string, url: string): DomDocument {
  const document = htmlDocument(html, url)
  markHidden(document)
  return document
}

function pageWithoutFrame(document: DomDocument): DomElement {
  const body = document.querySelector('body') ?? htmlElement(document)
  const main = [...body.querySelectorAll('main, [role="main"]')]
  const [only] = main
  if (only !== undefined && main.length === 1) return only
  const frame = [...body.querySelectorAll(around)]
  const framed = frame.filter((element) => element.querySelector('main, article, h1') === null)
  const length = textLength(body)
  const inFrame = framed.reduce((sum, element) => sum + textLength(element), 0)
  // A page of nothing but navigation is shown as it is.
  if (inFrame < length * 0.9) for (const element of framed) element.remove()
  return body
}

function htmlElement({ documentElement }: DomDocument): DomElement {
  if (documentElement === null) throw new Error('it has no element')
  return documentElement
}

function textLength({ textContent }: DomElement): number {
  return (textContent ?? '').replaceAll(/\s+/g, ' ').length
}

function isDeep(root: DomElement): boolean {
  let depth = 1
  for (let node: DomElement | null = root; node !== null;) {
    if (node.firstElementChild !== null) {
      node = node.firstElementChild
      if (++depth > deepest) return true
      continue
    }
    while (node !== null && node !== root && node.nextElementSibling === null) {
      node = node.parentElement
      depth--
    }
    node = node === null || node === root ? null : node.nextElementSibling
  }
  return false
}
