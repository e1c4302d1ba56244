import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { usageError } from '../error-report.ts'
import type { Host } from '../host.ts'

/**
 * Lets a person edit a text in the editor of `VISUAL` or `EDITOR`, and gives what `use` makes of it. Where that fails, the edited file is kept, and the error says
 * where. Fails `input-invalid` where there is no editor or it fails.
 */
export async function openEditor<Result>(
  host: Host,
  text: string,
  use: (edited: string) => Result,
): Promise<Result> {
  const editor = host.environment['VISUAL'] || host.environment['EDITOR']
  if (editor === undefined || editor === '')
    throw usageError('there is no editor', 'set EDITOR, or edit a file yourself and give it with --file')
  const folder = mkdtempSync(join(host.environment['TMPDIR'] || tmpdir(), 'keepup-edit-'))
  const file = join(folder, 'messages.json')
  writeFileSync(file, text, { mode: 0o600 })
  const code = await run(host, editor, file)
  if (code !== 0) {
    rmSync(folder, { recursive: true, force: true })
    throw usageError(`the editor failed (${editor})`, 'nothing was forked; set EDITOR to another one')
  }
  try {
    const result = use(readFileSync(file, 'utf8'))
    rmSync(folder, { recursive: true, force: true })
    return result
  } catch (error) {
    if (readFileSync(file, 'utf8') === text) {
      rmSync(folder, { recursive: true, force: true })
      throw error
    }
    const what = error instanceof Error ? error.message : String(error)
    throw usageError(what, `your changes are in ${file}: mend it, then give it with --file`)
  }
}

/** The exit code of an editor on a file. An editor may be a command with options, as in `code --wait`. */
function run(host: Host, editor: string, file: string): Promise<number> {
  return new Promise((resolve) => {
    const options = { stdio: 'inherit', cwd: host.workingDirectory, env: { ...host.environment } } as const
    const child =
      process.platform === 'win32'
        ? spawn(`${editor} "${file}"`, { ...options, shell: true })
        : spawn('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], options)
    child.on('error', () => resolve(1))
    child.on('close', (code) => resolve(code ?? 1))
  })
}
