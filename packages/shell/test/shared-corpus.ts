import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { ProfileName } from '../src/index.ts'

/** The commands that are judged, as the file has them. */
export interface SharedCorpus {
  readonly mustNotRun: readonly { readonly id: string; readonly command: string }[]
  readonly benign: readonly { readonly id: string; readonly command: string; readonly profile: ProfileName }[]
}

const repository = join(import.meta.dirname, '../../..')

/** Reads the corpus that lies beside the repository, or where `KEEPUP_SHARED` says; `undefined` where it is not there. */
export function sharedCorpus(): SharedCorpus | undefined {
  const folder = process.env['KEEPUP_SHARED'] ?? join(repository, '../shared')
  const file = join(folder, 'data/shell-corpus.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SharedCorpus) : undefined
}

/** A workspace that is not there: nothing of this machine decides. */
export const nowhere = { root: '/workspace', home: '/home/u' } as const
