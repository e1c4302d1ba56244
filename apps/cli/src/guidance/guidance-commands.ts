import { realpathSync } from 'node:fs'

import type { KnownSkill } from '@keepup/roles/guidance'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { readTrusted, trustFile, writeTrusted } from '../hooks/trusted-hooks.ts'
import { safeLine, safeText } from '../terminal/safe-text.ts'
import { workingFolder } from '../working-folder.ts'
import {
  findInstructions,
  type FoundInstructions,
  type GuidanceFlags,
  shortPath,
  type SkillFlags,
  skillsOf,
} from './find-guidance.ts'
import { textTrust } from './trusted-texts.ts'

/** `keepup instructions list`: every file, whose words it has, and when a run is told of it. */
export async function instructionsList(line: CommandLine, flags: GuidanceFlags): Promise<ExitName> {
  const { files, problems } = findInstructions(line, flags)
  const { out, outStyle: style } = line.terminal
  if (flags.json) {
    const listed = files.map(({ text, label, ...file }) => ({
      ...file,
      characters: text.length,
      trusted: label.integrity === 'trusted',
    }))
    await out.write(`${JSON.stringify({ instructions: listed, problems })}\n`)
    return 'completed'
  }
  if (files.length === 0)
    await out.write('no AGENTS.md, CLAUDE.md or GEMINI.md is there (see keepup instructions list --help)\n')
  const folder = workingFolder(line.host, flags.cwd)
  for (const file of files) await out.write(describe(file, folder, style))
  await tellProblems(line, problems)
  return 'completed'
}

function describe(
  file: FoundInstructions,
  folder: string,
  style: CommandLine['terminal']['outStyle'],
): string {
  const { path, text, imports, told, digest } = file
  const from = imports.length === 0 ? '' : `, with ${imports.length} imported`
  const size = `${text.length} characters${from}, told ${told}`
  return `${style.bold(safeLine(shortPath(path, folder)))}  ${stateOf(file, style)}  ${style.dim(digest.slice(0, 12))}\n  ${size}\n`
}

function stateOf(
  { scope, label }: Pick<FoundInstructions, 'scope' | 'label'>,
  style: CommandLine['terminal']['outStyle'],
): string {
  if (scope === 'user') return style.green('yours')
  return label.integrity === 'trusted'
    ? style.green('approved')
    : style.yellow("not approved: told as others' words")
}

/** `keepup instructions trust`: from now on what these files say, as they are, counts as the person's own. */
export function instructionsTrust(
  line: CommandLine,
  flags: GuidanceFlags,
  digest?: string,
): Promise<ExitName> {
  const { files } = findInstructions(line, flags)
  const open = files.filter(({ label }) => label.integrity !== 'trusted')
  return trust(line, open, digest, 'keepup instructions list')
}

/** `keepup skills trust`: from now on the texts of these skills, as they are, count as the person's own. */
export function skillsTrust(line: CommandLine, flags: SkillFlags, name?: string): Promise<ExitName> {
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

/** `keepup skills list`: names, descriptions, whose they are. */
export async function skillsList(line: CommandLine, flags: SkillFlags): Promise<ExitName> {
  const { skills, problems } = skillsOf(line, flags)
  const { out, outStyle: style } = line.terminal
  if (flags.json) {
    const listed = skills.map(({ name, description, trusted, source, files }) => ({
      name,
      description,
      trusted,
      scope: source.scope,
      path: source.path,
      files,
    }))
    await out.write(`${JSON.stringify({ skills: listed, problems })}\n`)
    return 'completed'
  }
  if (skills.length === 0) await out.write('no skills are there (see keepup skills list --help)\n')
  for (const skill of skills)
    await out.write(
      `${style.bold(safeLine(skill.name))}  ${ofSkill(skill, style)}\n  ${safeLine(skill.description)}\n`,
    )
  await tellProblems(line, problems)
  return 'completed'
}

function ofSkill({ source, trusted }: KnownSkill, style: CommandLine['terminal']['outStyle']): string {
  if (source.scope === 'user') return style.green('yours')
  return trusted ? style.green('approved') : style.yellow("not approved: told as others' words")
}

/** `keepup skills show NAME`: all that a skill says. Fails `input-invalid` where there is none of that name. */
export async function skillsShow(line: CommandLine, flags: SkillFlags, name: string): Promise<ExitName> {
  const { skills } = skillsOf(line, flags)
  const skill = skills.find((one) => one.name === name)
  if (skill === undefined) throw usageError(`there is no skill ${name}`, 'keepup skills list shows them')
  const { out, outStyle: style } = line.terminal
  const { trusted, description, text, files, source } = skill
  if (flags.json) {
    await out.write(
      `${JSON.stringify({ name, description, trusted, scope: source.scope, path: source.path, files, text })}\n`,
    )
    return 'completed'
  }
  await out.write(`${style.bold(name)}  ${ofSkill(skill, style)}\n${safeText(`${source.path}\n\n${text}\n`)}`)
  if (files.length > 0) await out.write(`\n${files.map((file) => `  ${safeLine(file)}`).join('\n')}\n`)
  return 'completed'
}

async function tellProblems({ terminal }: CommandLine, problems: readonly string[]): Promise<void> {
  for (const problem of problems) await terminal.notes.write(safeText(`note: ${problem}\n`))
}
