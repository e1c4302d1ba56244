import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Ground } from './ground.ts'

/** Files in a temporary folder. */
export function sqliteGround(): Ground {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-soak-'))
  let files = 0
  return {
    backend: 'sqlite',
    newPlace: () => ({ backend: 'sqlite', path: join(folder, `${(files += 1)}.db`) }),
    forLife: (place) => place,
    settled: () => Promise.resolve(),
    crashes: [],
    close: async () => rmSync(folder, { recursive: true, force: true }),
  }
}
