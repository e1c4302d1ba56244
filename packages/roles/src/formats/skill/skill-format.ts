import { basename, dirname, relative, sep } from 'node:path'

import { type FileReport, fileReport } from '../../fields/file-report.ts'
import { readFields } from '../../fields/read-fields.ts'
import { tell } from '../../load/loaded-roles.ts'
import { type ReadContext, type RoleFormat, sourceOf } from '../../load/role-format.ts'
import { findFiles } from '../../source/find-files.ts'
import { readMarkdown } from '../../source/read-markdown.ts'
import type { PlainFile } from '../../source/read-plain-file.ts'
import { problemsOf } from '../../source/source-fault.ts'
import { tellExpansions } from '../shell-expansions.ts'
import { type SkillDraft, skillFields } from './skill-fields.ts'
import { ownSkillFolders, skillFolders } from './skill-folders.ts'

const isSkill = (path: string): boolean => /(?:^|\/)SKILL\.md$/.test(path)

/** Agent Skills: a folder with `SKILL.md` in it. */
export const skillFormat: RoleFormat = {
  name: 'skill',
  title: 'Agent Skills (`SKILL.md`, agentskills.io)',
  tables: [
    { title: 'front matter, which becomes a skill; the text below it is `text`', fields: skillFields },
  ],
  searches: {
    project: skillFolders.map((under) => ({ under, fits: isSkill })),
    user: [...skillFolders, ...ownSkillFolders].map((under) => ({
      under,
      fits: isSkill,
    })),
  },
  fits: isSkill,
  read: readSkill,
}

function readSkill(file: PlainFile, context: ReadContext): void {
  const { matter, hasMatter, body, bodyLine } = readMarkdown(file.text, file.path)
  const report = fileReport(matter)
  if (!hasMatter) report.wrong('', 'has no front matter', 'begin it with ---, name, description, and ---')
  const skill: SkillDraft = {}
  const leftover = hasMatter ? readFields(matter.value, skillFields, skill, report) : {}
  const folder = basename(dirname(file.path))
  const { name, description } = skill
  if (name !== undefined && name !== folder) {
    report.wrong('/name', `is ${name}, but its folder is called ${folder}`, `call both the same`)
  }
  tellExpansions(body, bodyLine, report)
  const files = filesBeside(file, report)
  if (!report.failed() && name !== undefined && description !== undefined) {
    const metadata = { ...skill.metadata, ...leftover }
    context.found.skills.push({
      ...skill,
      name,
      description,
      text: body,
      files,
      ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
      source: sourceOf('skill', file, context),
    })
  }
  tell(context.found, report)
}

function filesBeside(file: PlainFile, report: FileReport): readonly string[] {
  const folder = dirname(file.path)
  try {
    const { paths } = findFiles(folder, { under: '.', fits: (path) => path !== 'SKILL.md' })
    return paths.map((path) => relative(folder, path).split(sep).join('/'))
  } catch (error) {
    const problems = problemsOf(error)
    if (problems === undefined) throw error
    report.problems.push(...problems)
    return []
  }
}
