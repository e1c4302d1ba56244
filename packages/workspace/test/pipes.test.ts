import { spawnSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import { KeepupError } from '@keepup/core'
import { expect, test } from 'vitest'

import { scratch } from './scratch.ts'

test.each(['.gitignore', 'sub/.gitignore', '.gitattributes', '.git/info/exclude'])(
  'a pipe in the place of %s does not hold up a look for ever',
  async (path) => {
    const { write, open, root } = await scratch()
    await write({ 'a.txt': 'a', 'sub/b.txt': 'b', '.git/info/x': '' })
    spawnSync('mkfifo', [join(root, path)])
    const workspace = await open({ longestLook: 500 })
    const look = await workspace.snapshot().then(
      () => 'kept',
      (error: unknown) => KeepupError.is(error, 'workspace-conflict'),
    )
    // Some versions of git leave out what is no plain file.
    expect(['kept', true]).toContain(look)
    await rm(join(root, path))
    expect((await workspace.snapshot()).uncovered).toEqual([])
  },
)
