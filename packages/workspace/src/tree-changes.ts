import { type FileChange, type Hash, KeepupError } from '@keepup/core'

import { git, tryGit } from './git-command.ts'
import type { Shadow, TreeChange, TreeEntry } from './shadow.ts'

const pattern = /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])$/

/** How one tree became another, by path. */
export async function treeChanges(shadow: Shadow, from: Hash, to: Hash): Promise<readonly TreeChange[]> {
  if (from === to) return []
  const { repository, root: tree } = shadow
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', from, to]
  const fields = (await git(args, { repository, tree })).toString('utf8').split('\0')
  const changes: TreeChange[] = []
  for (let position = 0; position + 1 < fields.length; position += 2) {
    const [, oldMode = '', newMode = '', oldContent = '', newContent = ''] =
      pattern.exec(fields[position] ?? '') ?? []
    const before = entryOf(oldMode, oldContent)
    const after = entryOf(newMode, newContent)
    changes.push({ path: fields[position + 1] ?? '', change: nameOf(before, after), before, after })
  }
  return changes
}

/** Fails `checkpoint-unknown` where the shadow repository has no such tree. */
export async function requireTree({ repository, root: tree }: Shadow, id: Hash): Promise<void> {
  const known =
    /^[0-9a-f]{40,64}$/.test(id) &&
    (await tryGit(['cat-file', '-e', `${id}^{tree}`], { repository, tree })).code === 0
  if (known) return
  throw new KeepupError(
    'checkpoint-unknown',
    `There is no snapshot ${id.slice(0, 80)} of ${tree}. Name one that was taken and not let go.`,
  )
}

function entryOf(mode: string, content: string): TreeEntry {
  const kinds: Readonly<Record<string, TreeEntry['kind']>> = {
    '100644': 'file',
    '100755': 'program',
    '120000': 'link',
  }
  return { kind: kinds[mode] ?? 'none', content }
}

function nameOf(before: TreeEntry, after: TreeEntry): FileChange['change'] {
  if (before.kind === 'none') return 'added'
  return after.kind === 'none' ? 'deleted' : 'modified'
}
