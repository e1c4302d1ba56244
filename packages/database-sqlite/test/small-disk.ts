import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { onTestFinished } from 'vitest'

/** A file system of two megabytes, where this process may mount one. */
export function smallDisk(): { folder: string; mounted: boolean; remount(how: string): void } {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-disk-'))
  const mount = (how: string): boolean =>
    spawnSync('mount', ['-t', 'tmpfs', '-o', how, 'keepup-test', folder]).status === 0
  const mounted = mount('size=2m')
  onTestFinished(() => {
    if (mounted) spawnSync('umount', ['-l', folder])
    rmSync(folder, { recursive: true, force: true })
  })
  return { folder, mounted, remount: (how) => void mount(`remount,size=2m,${how}`) }
}
