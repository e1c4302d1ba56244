import { type IgnoreRules, rootRules, rulesOf } from '../ignore-rules.ts'

/**
 * Whether a walk of a folder would pass a file over: by the same rules, looked up for the folders of the files that are asked about only. A folder that is
 * ignored itself, but was asked for, goes by its own rules alone.
 */
export async function ignoredPaths(
  root: string,
  folder: string,
): Promise<(path: string) => Promise<boolean>> {
  const start = await rulesAt(root, folder)
  const base = folder === '' ? '' : `${folder}/`
  const known = new Map<string, Promise<IgnoreRules | undefined>>([[base, Promise.resolve(start)]])
  return async (path) => {
    const rules = await rulesIn(path.slice(0, path.lastIndexOf('/') + 1))
    return rules === undefined || rules.ignores(path)
  }

  /** `undefined` where the folder itself is ignored. */
  function rulesIn(inside: string): Promise<IgnoreRules | undefined> {
    const found = known.get(inside) ?? enter(inside)
    known.set(inside, found)
    return found
  }

  async function enter(inside: string): Promise<IgnoreRules | undefined> {
    const above = inside.slice(0, inside.lastIndexOf('/', inside.length - 2) + 1)
    const rules = await rulesIn(above)
    return rules === undefined || rules.ignores(inside) ? undefined : rules.enter(inside)
  }
}

/** The rules inside of a folder. One that is ignored, but was asked for, is walked by its own rules alone. */
export async function rulesAt(root: string, folder: string): Promise<IgnoreRules> {
  let rules = await rootRules(root)
  let base = ''
  for (const name of folder.split('/').filter((segment) => segment !== '')) {
    base += `${name}/`
    rules = rules.ignores(base) ? await rulesOf(root, base) : await rules.enter(base)
  }
  return rules
}
