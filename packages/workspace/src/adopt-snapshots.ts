import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { Hash } from '@keepup/core'

import { besideOthers } from './beside-others.ts'
import { createShadow } from './create-shadow.ts'
import { git, tryGit } from './git-command.ts'
import { holdTree } from './keep-tree.ts'

/** Which snapshots another workspace is to have too. */
export interface Adoption {
  /** Where they are, as given to `gitWorkspace`. */
  readonly from: string
  /** Where they are to be; made where it is missing. */
  readonly to: string
  readonly holder?: string
  readonly ids: readonly Hash[]
}

/** Gives a workspace snapshots of another one, so that files of a second folder can go back to them. Gives those that were there; only their contents are copied. */
export async function adoptSnapshots({ from, to, holder = 'any', ids }: Adoption): Promise<readonly Hash[]> {
  const source = join(from, 'shadow.git')
  await mkdir(to, { recursive: true, mode: 0o700 })
  const repository = await createShadow(to)
  return besideOthers(from, () =>
    besideOthers(to, async () => {
      const known: Hash[] = []
      for (const id of new Set(ids)) if (await hasTree(source, from, id)) known.push(id)
      if (known.length === 0) return []
      const place = { repository: source, tree: from }
      const listed = await git(['rev-list', '--objects', '--no-object-names', '--stdin'], {
        ...place,
        input: `${known.join('\n')}\n`,
      })
      // Written there under its own name, and known once its index is whole.
      const pack = join(repository, 'objects', 'pack', 'pack')
      await mkdir(join(repository, 'objects', 'pack'), { recursive: true })
      await git(['pack-objects', '--quiet', pack], { ...place, input: listed })
      for (const id of known) await holdTree({ repository, storage: to }, holder, id)
      return known
    }),
  )
}

async function hasTree(repository: string, tree: string, id: Hash): Promise<boolean> {
  if (!/^[0-9a-f]{40,64}$/.test(id)) return false
  return (await tryGit(['cat-file', '-e', `${id}^{tree}`], { repository, tree })).code === 0
}
