import { realpathSync } from 'node:fs'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { readTrusted, trustFile, writeTrusted } from '../hooks/trusted-hooks.ts'
import { safeLine } from '../terminal/safe-text.ts'
import { findInstructions, type GuidanceFlags, type SkillFlags, skillsOf } from './find-guidance.ts'
import { textTrust } from './trusted-texts.ts'

/** `keepup instructions trust`: from now on what these files say, as they are, counts as the person's own. */
export function trustInstructions(
  line: CommandLine,
  flags: GuidanceFlags,
  digest?: string,
): Promise<ExitName> {
  const { files } = findInstructions(line, flags)
  const open = files.filter(({ label }) => label.integrity !== 'trusted')
  return trust(line, open, digest, 'keepup instructions list')
}

/** `keepup skills trust`: from now on the texts of these skills, as they are, count as the person's own. */
export function trustSkills(line: CommandLine, flags: SkillFlags, name?: string): Promise<ExitName> {
  const open = skillsOf(line, flags).skills.filter(({ trusted }) => !trusted)
  const chosen = name === undefined ? open : open.filter((skill) => skill.name === name)
  if (name !== undefined && chosen.length === 0)
    throw usageError(`no skill ${name} waits for approval`, 'keepup skills list shows them')
  const files = chosen.map(({ source }) => ({ path: source.path, digest: source.hash }))
  return trust(line, files, undefined, 'keepup skills list')
}

async function trust(
  line: CommandLine,
  open: readonly { readonly path: string; readonly digest: string }[],
  digest: string | undefined,
  list: string,
): Promise<ExitName> {
  const { environment } = line.host
  // An agent's own command must not approve what its project brought along.
  if (environment['KEEPUP_CALL'] !== undefined)
    throw usageError('texts are approved by people, not by an agent', 'run it in a terminal of your own')
  const chosen = open.filter((file) => digest === undefined || file.digest.startsWith(digest))
  if (digest !== undefined && (digest.length < 8 || chosen.length === 0))
    throw usageError(`nothing that waits for approval has the digest ${digest}`, `${list} shows them`)
  const { out, notes } = line.terminal
  if (chosen.length === 0) {
    await out.write('nothing waits for approval\n')
    return 'completed'
  }
  const approved = chosen.map((file) => [realpathSync(file.path), file.digest] as const)
  writeTrusted(environment, new Map([...readTrusted(environment, textTrust), ...approved]), textTrust)
  for (const { path } of chosen) await out.write(`${safeLine(path)}\n`)
  await notes.write(
    `approved in ${trustFile(environment, textTrust)}, until one of these files, or what it imports, changes\n`,
  )
  return 'completed'
}
