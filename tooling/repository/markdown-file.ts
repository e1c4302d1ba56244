import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { committedFiles } from './committed-files.ts'
import { repositoryRoot } from './repository-root.ts'

/** A block of code in a document. */
export interface CodeBlock {
  readonly language: string
  readonly code: string
  /** The line of its first line of code, from 1. */
  readonly line: number
}

/** A document of the repository. */
export interface MarkdownFile {
  /** Relative to the repository. */
  readonly path: string
  /** Without its code blocks, so that nothing in them counts as a link. */
  readonly prose: string
  readonly blocks: readonly CodeBlock[]
  /** The fragments that its headings can be reached by, as GitHub makes them. */
  readonly anchors: ReadonlySet<string>
}

/** Every document that is kept in the repository. */
export function markdownFiles(): readonly MarkdownFile[] {
  return committedFiles()
    .filter((path) => path.endsWith('.md') && !path.endsWith('CHANGELOG.md'))
    .map((path) => ({ path, ...parse(readFileSync(join(repositoryRoot, path), 'utf8')) }))
}

function parse(text: string): Omit<MarkdownFile, 'path'> {
  const blocks: CodeBlock[] = []
  const prose = text.replaceAll(
    /^```(\w*)[^\n]*\n(.*?)^```$/gms,
    (_, language: string, code: string, at: number) => {
      blocks.push({ language, code, line: text.slice(0, at).split('\n').length + 1 })
      return ''
    },
  )
  const headings = [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchor(heading ?? ''))
  return { prose, blocks, anchors: new Set(headings) }
}

function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, '')
    .replaceAll(' ', '-')
}
