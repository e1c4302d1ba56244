import { git } from './git-command.ts'
import { nulList } from './nul-list.ts'
import type { Shadow } from './shadow.ts'
import type { SortedCandidates } from './sort-candidates.ts'

const nothing = '0'.repeat(40)

/** Reads files into the shadow repository and its index, and takes what is not to be there out of the index. */
export async function stageFiles(
  { repository, root: tree, bounds }: Shadow,
  index: string,
  { present, absent }: SortedCandidates,
): Promise<void> {
  const place = { repository, tree, index, timeout: bounds.longestLook }
  if (absent.length > 0) {
    const input = nulList(absent.map((path) => `0 ${nothing}\t${path}`))
    await git(['update-index', '-z', '--index-info'], { ...place, input })
  }
  if (present.length > 0) {
    const args = ['update-index', '-z', '--add', '--remove', '--replace', '--stdin']
    await git(args, { ...place, input: nulList(present) })
  }
}
