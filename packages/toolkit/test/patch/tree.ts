import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Files by path. */
export type Tree = Readonly<Record<string, string>>

/** Writes files into a folder. */
export async function writeTree(root: string, tree: Tree): Promise<void> {
  for (const [path, content] of Object.entries(tree)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
}

/** The files of a folder; folders without files end with `/`. */
export async function readTree(root: string): Promise<Tree> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const tree: Record<string, string> = {}
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name).slice(root.length + 1)
    if (entry.isFile()) tree[path] = await readFile(join(root, path), 'utf8')
    else if (entry.isDirectory() && (await readdir(join(root, path))).length === 0) tree[`${path}/`] = ''
  }
  return tree
}
