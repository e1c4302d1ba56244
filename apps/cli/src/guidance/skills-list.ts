import type { KnownSkill } from '@keepup/roles/guidance'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { safeLine, safeText } from '../terminal/safe-text.ts'
import { type SkillFlags, skillsOf } from './find-guidance.ts'
import { tellProblems } from './tell-problems.ts'

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
