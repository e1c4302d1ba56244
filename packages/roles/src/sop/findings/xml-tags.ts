/** A tag of an XML document. */
export interface XmlTag {
  readonly name: string
  /** `</name>`. */
  readonly closes: boolean
  /** `<name/>`. */
  readonly empty: boolean
  readonly attributes: Readonly<Record<string, string>>
}

/**
 * The tags of an XML document, in order; comments, CDATA, declarations and text are passed over, and nothing outside of the document is read. Takes time in proportion to the length,
 * whatever it holds; a tag without an end ends the document.
 */
export function* xmlTags(text: string): Generator<XmlTag> {
  let at = text.indexOf('<')
  while (at !== -1) {
    const end = endOf(text, at)
    if (end === -1) return
    const inner = text.slice(at + 1, end)
    if (!inner.startsWith('!') && !inner.startsWith('?')) yield tagOf(inner)
    at = text.indexOf('<', end + 1)
  }
}

/** Where what begins at a `<` ends: at its last character. */
function endOf(text: string, at: number): number {
  if (text.startsWith('<!--', at)) return after(text, '-->', at + 4)
  if (text.startsWith('<![CDATA[', at)) return after(text, ']]>', at + 9)
  let quote = ''
  for (let here = at + 1; here < text.length; here += 1) {
    const letter = text[here] ?? ''
    if (quote !== '') quote = letter === quote ? '' : quote
    else if (letter === '>') return here
    else if (letter === '"' || letter === "'") quote = letter
  }
  return -1
}

function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from)
  return found === -1 ? -1 : found + mark.length - 1
}

function tagOf(inner: string): XmlTag {
  const closes = inner.startsWith('/')
  const empty = inner.endsWith('/')
  const plain = inner.slice(closes ? 1 : 0, empty ? -1 : undefined)
  const [name = ''] = /^[\w:.-]*/.exec(plain) ?? []
  const written = plain.matchAll(/\s(?<name>[\w:.-]{1,100})=(?:"(?<double>[^"]*)"|'(?<single>[^']*)')/g)
  const attributes = Object.fromEntries(
    [...written].map(({ groups = {} }) => [
      groups['name'] ?? '',
      decoded(groups['double'] ?? groups['single'] ?? ''),
    ]),
  )
  return { name, closes, empty, attributes }
}

const entities: Readonly<Record<string, string>> = { amp: '&', apos: "'", gt: '>', lt: '<', quot: '"' }

function decoded(text: string): string {
  return text.replaceAll(
    /&(?:#(?<code>\d{1,7})|(?<name>amp|apos|gt|lt|quot));/g,
    (all, code?: string, name?: string) => {
      if (name !== undefined) return entities[name] ?? all
      const point = Number(code)
      return point <= 0x10_ff_ff ? String.fromCodePoint(point) : all
    },
  )
}
