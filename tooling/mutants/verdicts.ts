import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What became of a mutant: which project's tests noticed it and how, or that none did. */
export type Verdict =
  | { readonly killedBy: string; readonly how: 'failed' | 'timed-out' }
  | { readonly survived: true }

/** The verdicts of one tree, kept on disk so that a run that was stopped goes on. */
export interface Verdicts {
  get(mutant: string): Verdict | undefined
  add(mutant: string, verdict: Verdict): void
}

/** Opens the verdicts of a tree. */
export function openVerdicts(root: string, tree: string): Verdicts {
  const file = join(root, 'node_modules/.cache/keepup/mutants', `${tree}.json`)
  const known = new Map<string, Verdict>(Object.entries(readIfThere(file)))
  return {
    get: (mutant) => known.get(mutant),
    add: (mutant, verdict) => {
      known.set(mutant, verdict)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, JSON.stringify(Object.fromEntries(known), null, 1))
    },
  }
}

function readIfThere(file: string): Record<string, Verdict> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Verdict>
  } catch {
    return {}
  }
}
