import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

import { type ImportedRules, type ImportFormat, importRules } from '@keepup/permissions/import'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { importedRulesFolder, shownPath } from '../permissions/find-rules.ts'
import type { ImportFlags } from '../routes/permission-routes.ts'
import { safeText } from '../terminal/safe-text.ts'

/** Turns another agent's permissions into rules: prints them, or lets them hold from now on. */
export async function permissionsImport(
  { host, terminal }: CommandLine,
  flags: ImportFlags,
  name: string,
): Promise<ExitName> {
  const imported = importRules({ name, text: readText(resolve(host.workingDirectory, name)) }, flags.from)
  const { from, unmapped } = imported
  const file = join(importedRulesFolder(host.environment), `${from}.json`)
  if (flags.write) writeRules(file, imported)
  const rules = fileOf(imported)
  const written = flags.write ? { written: file } : {}
  const shown = flags.json ? { from, ...rules, unmapped, ...written } : rules
  if (flags.json || !flags.write) {
    await terminal.out.write(`${JSON.stringify(shown, undefined, flags.json ? undefined : 2)}\n`)
  }
  if (flags.json) return 'completed'
  for (const { what, why } of unmapped) await terminal.notes.write(safeText(`not said: ${what}: ${why}\n`))
  await terminal.notes.write(summary(imported, flags.write ? shownPath(file, host.environment) : undefined))
  return 'completed'
}

type Imported = ImportedRules & { readonly from: ImportFormat }

/** The rules as our own files have them. */
function fileOf({ order, rules, guards }: Imported): object {
  return {
    ...(order === 'strictest' ? {} : { order }),
    rules,
    ...(guards.length === 0 ? {} : { guards }),
  }
}

function summary({ from, rules, guards, unmapped }: Imported, written: string | undefined): string {
  const count = `${rules.length} rules from ${from}, ${guards.length} that ask instead, ${unmapped.length} things not said`
  return written === undefined
    ? `${count}\nnext: the same with --write lets them hold\n`
    : `${count}\nwritten to ${written}; see them with: keepup permissions list\n`
}

function writeRules(file: string, imported: Imported): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const beside = `${file}.${process.pid}`
  writeFileSync(beside, `${JSON.stringify(fileOf(imported), undefined, 2)}\n`, { mode: 0o600 })
  renameSync(beside, file)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw usageError(`${path} cannot be read`, 'name the file with the permissions of the other agent')
  }
}
