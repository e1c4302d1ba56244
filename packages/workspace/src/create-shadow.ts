import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { git } from './git-command.ts'

/** Bytes are kept as they are, whatever the project or the user have configured: no filter, line ending, encoding, hook, daemon or clean-up of git's has a say. */
const configuration = `[core]
  bare = false
  autocrlf = false
  safecrlf = false
  fsmonitor = false
  untrackedCache = false
  hooksPath = /dev/null
  attributesFile = /dev/null
  excludesFile = /dev/null
  symlinks = true
  fileMode = true
  longpaths = true
  protectNTFS = false
  protectHFS = false
  preloadIndex = true
  fsync = loose-object,pack,pack-metadata,reference
  fsyncMethod = batch
[gc]
  auto = 0
[index]
  version = 4
  threads = true
[checkout]
  workers = 0
[commit]
  gpgSign = false
`

const attributes = '* -text -filter -ident -eol -working-tree-encoding\n'

/** Makes the shadow repository in a folder, or finds the one that is there. Killed in the middle it leaves nothing that would be taken for one. */
export async function createShadow(storage: string): Promise<string> {
  const repository = join(storage, 'shadow.git')
  if (existsSync(repository)) return repository
  await mkdir(storage, { recursive: true, mode: 0o700 })
  const draft = join(storage, `draft-${crypto.randomUUID()}`)
  await git(['init', '--quiet', '--bare', '--template=', draft], { tree: storage })
  await writeFile(join(draft, 'config'), configuration, { flag: 'a' })
  await mkdir(join(draft, 'info'), { recursive: true })
  await writeFile(join(draft, 'info', 'attributes'), attributes)
  try {
    await rename(draft, repository)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    // Another process was faster, with the same.
    if (!existsSync(repository)) throw error
  }
  return repository
}
