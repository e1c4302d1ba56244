import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { createVSIX } from '@vscode/vsce'

/** The largest that the extension may be, packed, in bytes. */
const most = 1_000_000

const here = import.meta.dirname
const stage = join(here, 'dist', 'stage')
const packed = join(here, 'dist', 'keepup.vsix')

// What the extension is built from is the business of this repository, not of the editor: the packer would look for it.
const {
  private: _private,
  type: _type,
  scripts: _scripts,
  devDependencies: _built,
  ...manifest
} = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')) as Record<string, unknown>
rmSync(stage, { recursive: true, force: true })
mkdirSync(join(stage, 'dist'), { recursive: true })
for (const name of ['dist/extension.cjs', 'dist/page.js', 'media', 'README.md', 'LICENSE', '.vscodeignore'])
  cpSync(join(here, name), join(stage, name), { recursive: true })
writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
await createVSIX({
  cwd: stage,
  packagePath: packed,
  dependencies: false,
  skipLicense: false,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
})
rmSync(stage, { recursive: true })
const { size } = statSync(packed)
if (size > most) throw new Error(`${packed} has ${size} bytes; at most ${most} are allowed.`)
console.log(`${packed}: ${size} bytes`)
