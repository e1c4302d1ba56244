import { git } from './git-command.ts'
import type { Shadow } from './shadow.ts'

/** What an index says of a path. */
export interface IndexEntry {
  readonly path: string
  readonly mode: string
  readonly content: string
  /** Of the file in the working tree, in bytes. */
  readonly size: number
  /** Merge stage, and marks such as assume-unchanged. */
  readonly marked: boolean
}

const head = /^(\d+) ([0-9a-f]+) (\d)\t([^]*)$/
const facts = /^ {2}ctime: [^]*?size: (\d+)\tflags: ([0-9a-f]+)\n/

/** Everything that an index holds. */
export async function readIndex(
  { repository, root: tree }: Shadow,
  index: string,
): Promise<readonly IndexEntry[]> {
  const output = await git(['ls-files', '-z', '--stage', '--debug'], { repository, tree, index })
  const pieces = output.toString('utf8').split('\0')
  const entries: IndexEntry[] = []
  // Each piece but the first begins with the facts of the path before it.
  for (let position = 0; position + 1 < pieces.length; position += 1) {
    const [mode, content, stage, path] = parts(head, (pieces[position] ?? '').replace(facts, ''))
    const [size, flags] = parts(facts, pieces[position + 1] ?? '')
    entries.push({ path, mode, content, size: Number(size), marked: stage !== '0' || flags !== '0' })
  }
  return entries
}

/** The four groups of a pattern, empty where it does not match. */
function parts(pattern: RegExp, text: string): readonly [string, string, string, string] {
  const [, first = '', second = '', third = '', fourth = ''] = pattern.exec(text) ?? []
  return [first, second, third, fourth]
}
