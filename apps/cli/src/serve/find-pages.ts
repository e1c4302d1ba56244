import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import type { Host } from '../host.ts'

/** Where the pages of the dashboard may be: beside the program as it is published, or where they are built. */
const places = ['dist/pages/', '../dashboard/dist/']

/** The folder of the dashboard's pages; nothing where they were not built. */
export function findPages({ self }: Host): string | undefined {
  const folders = places.map((place) => fileURLToPath(new URL(place, self.folder)))
  return folders.find((folder) => existsSync(`${folder}index.html`))
}
