import { lexer, type Token, type Tokens } from 'marked'

/** A piece of a text as a page shows it. Only these tags and attributes are ever made, and what is no tag is text: nothing that a text holds is run. */
export type MarkdownNode =
  | string
  | {
      readonly tag: MarkdownTag
      readonly children: readonly MarkdownNode[]
      /** Of a link: an address of the web. */
      readonly address?: string
    }

/** The tags that Markdown becomes. */
export type MarkdownTag =
  | 'p'
  | 'h3'
  | 'h4'
  | 'ul'
  | 'ol'
  | 'li'
  | 'pre'
  | 'code'
  | 'blockquote'
  | 'strong'
  | 'em'
  | 'del'
  | 'br'
  | 'hr'
  | 'a'
  | 'table'
  | 'tr'
  | 'th'
  | 'td'

/** The longest text that is read as Markdown, in characters; a longer one is shown as it is. */
const longest = 100_000

/** Reads Markdown. HTML in it is text, images are links, and addresses that are not of the web are text too. */
export function readMarkdown(text: string): readonly MarkdownNode[] {
  if (text.length > longest) return [{ tag: 'pre', children: [text] }]
  return nodes(lexer(text))
}

function nodes(tokens: readonly Token[] | undefined): readonly MarkdownNode[] {
  return (tokens ?? []).flatMap(nodeOf)
}

const plainTags: Readonly<Record<string, MarkdownTag>> = {
  paragraph: 'p',
  blockquote: 'blockquote',
  strong: 'strong',
  em: 'em',
  del: 'del',
}

// The lexer's own type of a token is open: which fields each kind has is in its documentation, hence the casts.
const readers: Readonly<Record<string, (token: Token) => readonly MarkdownNode[]>> = {
  space: () => [],
  def: () => [],
  hr: () => [{ tag: 'hr', children: [] }],
  br: () => [{ tag: 'br', children: [] }],
  heading: (token) => headingOf(token as Tokens.Heading),
  code: (token) => [{ tag: 'pre', children: [{ tag: 'code', children: [(token as Tokens.Code).text] }] }],
  codespan: (token) => [{ tag: 'code', children: [(token as Tokens.Codespan).text] }],
  list: (token) => [listOf(token as Tokens.List)],
  table: (token) => [tableOf(token as Tokens.Table)],
  link: (token) => linkOf(token as Tokens.Link),
  image: (token) => linkOf(token as Tokens.Image),
  text: (token) => textOf(token as Tokens.Text),
  escape: (token) => textOf(token as Tokens.Text),
}

function nodeOf(token: Token): readonly MarkdownNode[] {
  const tag = plainTags[token.type]
  // Every token of these kinds has its parts here.
  if (tag !== undefined) return [{ tag, children: nodes((token as Tokens.Generic).tokens) }]
  return readers[token.type]?.(token) ?? [token.raw]
}

function headingOf({ depth, tokens }: Tokens.Heading): readonly MarkdownNode[] {
  return [{ tag: depth < 3 ? 'h3' : 'h4', children: nodes(tokens) }]
}

function textOf({ tokens, text }: Tokens.Text): readonly MarkdownNode[] {
  return tokens === undefined ? [text] : nodes(tokens)
}

function listOf({ ordered, items }: Tokens.List): MarkdownNode {
  const children = items.map((item) => ({
    tag: 'li' as const,
    children: [...(item.task ? [item.checked ? '☑ ' : '☐ '] : []), ...nodes(item.tokens)],
  }))
  return { tag: ordered ? 'ol' : 'ul', children }
}

function tableOf({ header, rows }: Tokens.Table): MarkdownNode {
  return { tag: 'table', children: [rowOf(header, 'th'), ...rows.map((cells) => rowOf(cells, 'td'))] }
}

function rowOf(cells: readonly Tokens.TableCell[], tag: 'th' | 'td'): MarkdownNode {
  return { tag: 'tr', children: cells.map(({ tokens }) => ({ tag, children: nodes(tokens) })) }
}

function linkOf({ href, text, tokens }: Tokens.Link | Tokens.Image): readonly MarkdownNode[] {
  const shown = tokens === undefined || tokens.length === 0 ? [text || href] : nodes(tokens)
  return /^https?:\/\//i.test(href) ? [{ tag: 'a', address: href, children: shown }] : shown
}
