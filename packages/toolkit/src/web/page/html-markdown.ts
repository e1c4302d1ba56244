import TurndownService from 'turndown'

import type { DomElement } from './dom.ts'

/** Marks tables that only place things. */
const placing = 'data-keepup-placing'

/** An element as Markdown, with tables of GitHub's form. Tables that only place things on the page come as what they hold. */
export function htmlMarkdown(root: DomElement): string {
  const service = new TurndownService({
    headingStyle: 'atx',
    codeBlockStyle: 'fenced',
    bulletListMarker: '-',
  })
  for (const table of root.querySelectorAll('table')) if (placesThings(table)) table.setAttribute(placing, '')
  service.addRule('cell', { filter: ['td', 'th'], replacement: cell })
  service.addRule('row', { filter: 'tr', replacement: row })
  service.addRule('section', {
    filter: ['thead', 'tbody', 'tfoot'],
    replacement: (content: string) => content,
  })
  service.addRule('table', { filter: 'table', replacement: (content: string) => `\n\n${content.trim()}\n\n` })
  service.addRule('struck', { filter: ['del', 's'], replacement: (content: string) => `~~${content}~~` })
  return service.turndown(root).trim()
}

function cell(content: string, node: DomElement): string {
  if (isPlaced(node)) return `\n\n${content}\n\n`
  const line = content
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', String.raw`\|`)
  return ` ${line} |`
}

function row(content: string, node: DomElement): string {
  if (isPlaced(node)) return content
  const line = `|${content.replaceAll(/\s*\n\s*/g, ' ')}\n`
  if (tableOf(node)?.querySelector('tr') !== node) return line
  const cells = [...node.querySelectorAll('td, th')].length
  return `${line}|${' --- |'.repeat(cells)}\n`
}

/** A table with one column, or with what does not fit into a cell. */
function placesThings(table: DomElement): boolean {
  const first = table.querySelector('tr')
  const columns = first === null ? 0 : [...first.querySelectorAll('td, th')].length
  return columns < 2 || table.querySelector('table, pre, h1, h2, h3, ul, ol, blockquote') !== null
}

function isPlaced(node: DomElement): boolean {
  return tableOf(node)?.hasAttribute(placing) ?? true
}

function tableOf(node: DomElement): DomElement | null {
  let at = node.parentElement
  while (at !== null && at.nodeName !== 'TABLE') at = at.parentElement
  return at
}
