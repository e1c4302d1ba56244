import type { DomNode } from './dom.ts'

/** Elements that stand on lines of their own. */
const blocks: ReadonlySet<string> = new Set(
  'ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY DD DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN NAV OL P PRE SECTION TABLE TR UL'.split(
    ' ',
  ),
)

/** The text below a node, one block a line, without markup. Walks without recursion, so no nesting is too deep. */
export function plainText(root: DomNode): string {
  const pieces: string[] = []
  for (let node: DomNode | null = root; node !== null;) {
    enter(node, pieces)
    if (node.firstChild !== null) {
      node = node.firstChild
      continue
    }
    while (node !== null && node !== root && node.nextSibling === null) {
      leave(node, pieces)
      node = node.parentNode
    }
    if (node === null || node === root) break
    leave(node, pieces)
    node = node.nextSibling
  }
  const lines = pieces.join('').split('\n')
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}

function enter(node: DomNode, pieces: string[]): void {
  if (node.nodeType === 3) {
    const preformatted = isWithinPre(node)
    const text = node.textContent ?? ''
    pieces.push(preformatted ? text : flowing(text, pieces.at(-1)))
  } else if (node.nodeName === 'BR') pieces.push('\n')
  else if (node.nodeName === 'TD' || node.nodeName === 'TH') pieces.push('\t')
  else if (blocks.has(node.nodeName)) pieces.push('\n')
}

/** White space counts once, and at the beginning of a line not at all. */
function flowing(text: string, before = '\n'): string {
  const single = text.replaceAll(/\s+/g, ' ')
  return /\s$/.test(before) ? single.trimStart() : single
}

function leave(node: DomNode, pieces: string[]): void {
  if (blocks.has(node.nodeName)) pieces.push('\n')
}

/** Code stands in `pre`, or in `code` in it. */
function isWithinPre({ parentNode }: DomNode): boolean {
  return parentNode?.nodeName === 'PRE' || parentNode?.parentNode?.nodeName === 'PRE'
}
