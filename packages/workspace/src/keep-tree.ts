import type { Hash } from '@keepup/core'

import { git } from './git-command.ts'
import { nulList } from './nul-list.ts'
import type { Shadow } from './shadow.ts'

const space = 'refs/keepup'

/** Holds a tree, so that no clean-up takes it. */
export async function keepTree({ repository, root: tree }: Shadow, id: Hash): Promise<void> {
  await git(['update-ref', `${space}/${id}`, id], { repository, tree })
}

/** The trees that are held. */
async function keptTrees({ repository, root: tree }: Shadow): Promise<readonly Hash[]> {
  const args = ['for-each-ref', '--format=%(objectname)', space]
  return (await git(args, { repository, tree })).toString('utf8').split('\n').filter(Boolean)
}

/** Lets go of every tree but these, and deletes what only the others had. */
export async function retainTrees(shadow: Shadow, ids: ReadonlySet<Hash>): Promise<readonly Hash[]> {
  const { repository, root: tree } = shadow
  const released = (await keptTrees(shadow)).filter((id) => !ids.has(id))
  const input = nulList(released.flatMap((id) => [`delete ${space}/${id}`, '']))
  if (released.length > 0) await git(['update-ref', '-z', '--stdin'], { repository, tree, input })
  await git(['repack', '-a', '-d', '-q'], { repository, tree, index: shadow.index })
  await git(['prune', '--expire=now'], { repository, tree, index: shadow.index })
  return released
}
