import { join } from 'node:path'

import ignore, { type Ignore } from 'ignore'

import { readPlain } from './read-plain.ts'

/** The rules of one `.gitignore`. */
interface RuleFile {
  /** The folder it stands in, relative to the root, with a `/` at the end; empty for the root. */
  readonly base: string
  readonly rules: Ignore
}

/** What git would ignore in a folder (gitignore(5)): the rules of the folders above, and its own, which win. */
export interface IgnoreRules {
  /** `path` is relative to the root; folders end with `/`. */
  ignores(path: string): boolean
  /** The rules inside of a folder. */
  enter(folder: string): Promise<IgnoreRules>
}

/** The rules at the root: its `.gitignore` and `.git/info/exclude`. `.git` itself is always ignored. */
export async function rootRules(root: string): Promise<IgnoreRules> {
  const excluded = await readRules(join(root, '.git/info/exclude'), '')
  return rulesIn(root, '', excluded)
}

/** The rules that a folder itself holds, whatever stands above it. */
export function rulesOf(root: string, folder: string): Promise<IgnoreRules> {
  return rulesIn(root, folder, [])
}

async function rulesIn(root: string, base: string, above: readonly RuleFile[]): Promise<IgnoreRules> {
  const files = [...above, ...(await readRules(join(root, base, '.gitignore'), base))]
  return {
    ignores: (path) => path === '.git/' || path.endsWith('/.git/') || isIgnored(files, path),
    enter: (folder) => rulesIn(root, folder, files),
  }
}

/** The nearest file that says something of a path decides. */
function isIgnored(files: readonly RuleFile[], path: string): boolean {
  for (const { base, rules } of files.toReversed()) {
    const said = rules.test(path.slice(base.length))
    if (said.ignored) return true
    if (said.unignored) return false
  }
  return false
}

async function readRules(path: string, base: string): Promise<readonly RuleFile[]> {
  try {
    // Names of dots alone are names like any other; paths that lead upwards never come here.
    return [
      { base, rules: ignore({ allowRelativePaths: true }).add((await readPlain(path)).toString('utf8')) },
    ]
  } catch {
    // None there, or not readable: nothing is ignored by it.
    return []
  }
}
