import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file system whose size can be changed. */
export interface SmallDisk {
  readonly folder: string
  /** Leaves so many bytes free. */
  leave(bytes: number): void
  remove(): void
}

/** Mounts a file system of 200 megabytes that everyone may write to; `undefined` where this process may not. */
export function smallDisk(): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-disk-'))
  const mount = (how: string): boolean =>
    spawnSync('mount', ['-t', 'tmpfs', '-o', how, 'keepup-test', folder]).status === 0
  const remove = (): void => {
    spawnSync('umount', ['-l', folder])
    rmSync(folder, { recursive: true, force: true })
  }
  if (process.platform !== 'linux' || !mount('size=200m,mode=1777')) {
    rmSync(folder, { recursive: true, force: true })
    return undefined
  }
  return {
    folder,
    remove,
    leave(bytes) {
      const { blocks, bfree, bsize } = statfsSync(folder)
      mount(`remount,size=${Math.ceil(((blocks - bfree) * bsize + bytes) / 1_024)}k`)
    },
  }
}
