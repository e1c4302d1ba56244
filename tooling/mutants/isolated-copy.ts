import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * The committed files of a repository in a folder of their own. Installed libraries are shared by links; the links between the packages of
 * the workspace are relative, so that they lead to the copies.
 */
export function isolatedCopy(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'keepup-mutants-'))
  const archive = execFileSync('git', ['archive', 'HEAD'], { cwd: root, maxBuffer: 512 * 1024 * 1024 })
  execFileSync('tar', ['--extract', '--directory', copy], { input: archive })
  mkdirSync(join(copy, 'node_modules'))
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '.cache' && name !== '.vite')
      symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name))
  for (const folder of globSync(['packages/*', 'apps/*', 'tooling/*'], { cwd: root })) {
    const installed = join(root, folder, 'node_modules')
    if (existsSync(installed) && existsSync(join(copy, folder)))
      cpSync(installed, join(copy, folder, 'node_modules'), { recursive: true, verbatimSymlinks: true })
  }
  return copy
}
