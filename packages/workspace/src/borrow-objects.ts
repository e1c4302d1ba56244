import { constants } from 'node:fs'
import { copyFile, link, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Gives the objects of one repository second names in another. They are never written again, so both may hold them, and each may let them go. Not an
 * alternate: that would break when the user's repository is cleaned up. Copied where the disk is another one.
 */
export async function borrowObjects(common: string, repository: string): Promise<void> {
  const from = join(common, 'objects')
  const to = join(repository, 'objects')
  const folders = (await readdir(from)).filter((name) => /^[0-9a-f]{2}$|^pack$/.test(name))
  for (const folder of folders) {
    await mkdir(join(to, folder), { recursive: true })
    const names = (await readdir(join(from, folder))).filter(isObject).toSorted(packsBeforeIndices)
    for (const name of names) await borrow(join(from, folder, name), join(to, folder, name))
  }
}

/** An object by itself, a pack, or its index. What says how the user's repository is kept stays there. */
function isObject(name: string): boolean {
  return /^[0-9a-f]{38,62}$|^pack-[0-9a-f]+\.(?:pack|idx)$/.test(name)
}

/** A pack is known by its index: that comes last. */
function packsBeforeIndices(a: string, b: string): number {
  return Number(a.endsWith('.idx')) - Number(b.endsWith('.idx'))
}

async function borrow(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EEXIST') return
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  }
}
