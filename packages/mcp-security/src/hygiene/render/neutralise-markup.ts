import { visibleText } from '../text/hidden-text.ts'

/** How text is made harmless. */
export interface MarkupOptions {
  /** Links that may stay links: those a person configured, say. Images never stay. None when left out. */
  readonly mayLink?: (url: URL) => boolean
}

/**
 * Text of a model or a tool for a page that renders Markdown (CommonMark, with GitHub's additions) or the HTML in it: nothing is fetched when it is shown, and every
 * link is seen whole instead of followed, as addresses carry data away. What is not seen is taken out.
 */
export function neutraliseMarkup(given: string, { mayLink = () => false }: MarkupOptions = {}): string {
  const { text } = visibleText(given)
  const kept: string[] = []
  // U+FFFC stands for what is kept; it is not in the text then.
  const held = text.replaceAll('\ufffc', '').replaceAll(inlineLink, (whole, label: string, url: string) => {
    const target = URL.parse(url)
    if (target === null || !isWeb(target) || !mayLink(target)) return whole
    kept.push(`[${inert(label)}](${target.href.replaceAll(/[()<>\\]/g, encodeURIComponent)})`)
    return '\ufffc'
  })
  return inert(held).replaceAll('\ufffc', () => kept.shift() ?? '')
}

/** Not an image, and nothing in it that needs a parser. */
const inlineLink = /(?<![!\\\]])\[([^[\]<>`\\\n]{0,300})\]\((https?:\/\/[^\s()<>`\\]{1,2000})\)/giu

function inert(text: string): string {
  return (
    text
      // Tags, comments and autolinks.
      .replaceAll(/<(?=[a-z/!?])/giu, '&lt;')
      .replaceAll('![', String.raw`!\[`)
      // Links, with their address, by reference, and what defines one.
      .replaceAll(/\](?=[([:])/gu, ']\\')
      // What renderers make links of by themselves: written as people who exchange hostile addresses write them.
      .replaceAll(/\b(https?|ftp|xmpp):(?=\/\/)/giu, '$1[:]')
      .replaceAll(/\bmailto:(?=\S)/giu, 'mailto[:]')
      .replaceAll(/\bwww\.(?=\S)/giu, 'www[.]')
  )
}

function isWeb({ protocol, username, password }: URL): boolean {
  return /^https?:$/.test(protocol) && username === '' && password === ''
}
