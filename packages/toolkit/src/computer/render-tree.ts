import type { AccessibleNode } from './computer.ts'

/** How long one name or text may be, in characters. */
const mostOfOne = 400

/** A part of a tree as text. */
export interface RenderedTree {
  readonly text: string
  /** The first line and the one after the last, from 1. */
  readonly from: number
  readonly next: number
  /** Of the whole tree; at least so many where it was not counted to the end. */
  readonly lines: number
}

/**
 * A tree as lines, one for each element: `- button "Save" [disabled] [ref=e12]`, as Playwright writes them. No page can forge a line: whatever a page says stands
 * within one, without line breaks or invisible characters. From a line on, at most so many characters.
 */
export function renderTree(
  nodes: readonly (AccessibleNode | string)[],
  from: number,
  most: number,
): RenderedTree {
  const shown: string[] = []
  let [lines, room, full] = [0, most, false]
  const add = (line: string): void => {
    lines++
    if (lines < from || full) return
    full = line.length > room
    if (full) return
    room -= line.length + 1
    shown.push(line)
  }
  for (const entry of walk(nodes)) add(lineOf(entry.node, entry.depth))
  return { text: shown.join('\n'), from, next: from + shown.length, lines }
}

interface Entry {
  readonly node: AccessibleNode | string
  readonly depth: number
}

/** Without recursion: pages nest as deep as they like. */
function* walk(nodes: readonly (AccessibleNode | string)[]): Generator<Entry> {
  const left: Entry[] = nodes.toReversed().map((node) => ({ node, depth: 0 }))
  for (let entry = left.pop(); entry !== undefined; entry = left.pop()) {
    const { node, depth } = entry
    if (typeof node === 'string') {
      yield entry
      continue
    }
    const silent = isSilent(node)
    if (!silent) yield entry
    const below = silent ? depth : depth + 1
    for (const child of node.children.toReversed()) left.push({ node: child, depth: below })
  }
}

/** Boxes that say nothing of themselves. */
function isSilent({ role, name, text, states, children }: AccessibleNode): boolean {
  if (role !== 'generic' || name !== undefined || text !== undefined) return false
  return children.length > 0 && Object.keys(states).length === 0
}

function lineOf(node: AccessibleNode | string, depth: number): string {
  // Deep nesting must not fill the lines with spaces.
  const indent = '  '.repeat(Math.min(depth, 20))
  if (typeof node === 'string') return `${indent}- text: ${plain(node)}`
  const { role, name, text, ref, states } = node
  const said = Object.entries(states).map(([key, value]) =>
    value === true ? ` [${key}]` : ` [${key}=${plain(String(value))}]`,
  )
  const named = name === undefined || name === '' ? '' : ` ${JSON.stringify(plain(name))}`
  const refers = ref === undefined ? '' : ` [ref=${ref}]`
  return `${indent}- ${plain(role)}${named}${said.join('')}${refers}${text === undefined ? '' : `: ${plain(text)}`}`
}

/** One line of what a page says: white space is one space, and what cannot be seen or turns the direction of text is gone. */
export function plain(text: string): string {
  const start = text.slice(0, mostOfOne * 4)
  const clean = start
    .replaceAll(/[\p{Cc}\p{Z}\s]+/gu, ' ')
    .replaceAll(/[\p{Cf}\p{Co}\p{Cs}]/gu, '')
    .trim()
  if (clean.length <= mostOfOne && start.length === text.length) return clean
  return `${clean.slice(0, mostOfOne)}… (${text.length} characters)`
}
