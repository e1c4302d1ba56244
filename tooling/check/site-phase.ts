import { join } from 'node:path'

import { type Phase, runCommand } from './phase.ts'
import { root } from './root.ts'

/** Builds the documentation as a site, without the reference, which takes most of the time. It fails where a link leads nowhere or a page cannot be made. */
export const sitePhase: Phase = {
  name: 'site of the documentation',
  run: async () => {
    const written = await runCommand(process.execPath, [
      '--conditions=@keepup/source',
      'tooling/docs/write-site.ts',
      '--no-reference',
    ])
    if (!written.passed) return written
    const folder = join(root, 'docs')
    return runCommand(join(folder, 'node_modules/.bin/vitepress'), ['build'], folder)
  },
}
