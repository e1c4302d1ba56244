import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { lstatSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** SHA-256 over path and content of every file that git tracks or would offer to add, and over the version of Node. */
export function treeHash(root: string): string {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const hash = createHash('sha256').update(process.version)
  for (const path of listed.split('\0').filter(Boolean).toSorted()) {
    const content = contentOf(join(root, path))
    if (content === undefined) continue
    hash.update(`\0${path}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

function contentOf(file: string): Buffer | undefined {
  const status = lstatSync(file, { throwIfNoEntry: false })
  if (status === undefined) return undefined
  return status.isSymbolicLink() ? Buffer.from(readlinkSync(file)) : readFileSync(file)
}
