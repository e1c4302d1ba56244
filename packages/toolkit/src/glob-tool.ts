import { realpath } from 'node:fs/promises'
import { isAbsolute, relative, resolve } from 'node:path'

import { KeepupError, type Tool, type ToolOutput } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import picomatch from 'picomatch'

import { walkFiles } from './walk-files.ts'
import { withinTime } from './within-time.ts'

/** The input of {@link globTool}. */
export interface GlobInput {
  readonly pattern: string
}

/** @limit How many files are shown. */
const mostShown = 1_000
/** @limit How many files are looked at. */
const mostWalked = 200_000
/** @limit In milliseconds: how long matching may take. */
const matching = 1_000

const input = jsonSchema<GlobInput>({
  type: 'object',
  properties: {
    pattern: {
      type: 'string',
      minLength: 1,
      maxLength: 2_000,
      description: 'For instance "src/**/*.ts"; "**/" stands for any folders',
    },
  },
  required: ['pattern'],
  additionalProperties: false,
})

/**
 * `glob {pattern}`: the files inside `root` whose path matches, in alphabetical order, at most 1,000. Hidden files count; what git would ignore, and symbolic
 * links, do not.
 */
export function globTool(root: string): Tool<GlobInput> {
  return {
    name: 'glob',
    description:
      'Lists the files of the project whose path matches a glob pattern. Files that git ignores are left out.',
    input,
    repeat: 'safe',
    effects: () => [{ kind: 'read', target: resolve(root) }],
    sinks: { '/pattern': 'path' },
    produces: { default: 'free-text' },
    async run({ pattern }, { signal }) {
      const folder = await realpath(root)
      const { paths, cut } = await allFiles(folder, signal)
      return outputOf(pattern, matchesOf(paths, matcherOf(root, pattern)), cut)
    },
  }
}

async function allFiles(
  root: string,
  signal: AbortSignal,
): Promise<{ readonly paths: readonly string[]; readonly cut: boolean }> {
  const paths: string[] = []
  for await (const path of walkFiles({ root, folder: '', signal })) {
    if (paths.length >= mostWalked) return { paths, cut: true }
    paths.push(path)
  }
  return { paths, cut: false }
}

function matcherOf(root: string, pattern: string): (path: string) => boolean {
  const inside = isAbsolute(pattern) ? relative(resolve(root), pattern) : pattern.replace(/^\.\//, '')
  if (inside.split('/').includes('..')) {
    throw new KeepupError(
      'tool-denied',
      `The pattern "${pattern}" leads outside of the project folder ${root}.`,
    )
  }
  return picomatch(inside, { dot: true })
}

function matchesOf(paths: readonly string[], matches: (path: string) => boolean): readonly string[] {
  const found = withinTime(matching, () => paths.filter((path) => matches(path)))
  if (found !== undefined) return found.value.toSorted()
  throw new KeepupError(
    'tool-failed',
    'The pattern takes too long to match. Give a simpler one, without nested groups.',
  )
}

function outputOf(pattern: string, found: readonly string[], cut: boolean): ToolOutput {
  const shown = found.slice(0, mostShown)
  const notes: string[] = []
  if (found.length === 0) notes.push(`[No file matches "${pattern}". Files that git ignores are left out]`)
  if (found.length > shown.length)
    notes.push(`[${found.length - shown.length} more files match: narrow the pattern]`)
  if (cut) notes.push(`[Only the first ${mostWalked} files of the project were looked at]`)
  return {
    content: [{ type: 'text', text: [...shown, ...notes].join('\n') }],
    structured: { files: shown, total: found.length, complete: !cut },
  }
}
