import { lstat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'

/** More than these are as good as all. */
const mostPaths = 1_000

/**
 * The paths to look at where only these were touched; `undefined` where everything must be looked at: they are too many, or one leads through a link, into a
 * repository within or out of the workspace, so that what was touched has another name or is another's.
 */
export async function touchedFiles(
  root: string,
  touched: readonly string[] | undefined,
): Promise<readonly string[] | undefined> {
  if (touched === undefined || touched.length === 0 || touched.length > mostPaths) return undefined
  const known = new Map<string, Promise<Step>>()
  const step = (path: string): Promise<Step> => {
    const found = known.get(path) ?? stepAt(root, path)
    known.set(path, found)
    return found
  }
  for (const path of touched) if (!(await isPlain(path, step))) return undefined
  return touched
}

/** What a path is made of up to here: a file, or nothing, ends it. */
type Step = 'folder' | 'end' | 'elsewhere'

async function isPlain(path: string, step: (path: string) => Promise<Step>): Promise<boolean> {
  const names = path.split('/')
  if (isAbsolute(path) || names.some((name) => name === '' || name === '.' || name === '..')) return false
  for (const index of names.keys()) {
    const found = await step(names.slice(0, index + 1).join('/'))
    if (found !== 'folder') return found === 'end'
  }
  return true
}

async function stepAt(root: string, path: string): Promise<Step> {
  const found = await lstat(join(root, path)).catch(() => undefined)
  if (found?.isSymbolicLink()) return 'elsewhere'
  if (!found?.isDirectory()) return 'end'
  const repository = await lstat(join(root, path, '.git')).catch(() => undefined)
  return repository === undefined ? 'folder' : 'elsewhere'
}
