import type { JsonValue } from '@keepup/core'

import type { Field, FieldPlace } from '../../fields/field.ts'
import { segment } from '../../fields/file-report.ts'
import { isObject } from '../../fields/read-fields.ts'
import { text, texts } from '../../fields/text-count-choice.ts'
import { showValue } from '../../source/problem.ts'
import { allowedTools } from '../../tools/look-up-tools.ts'
import type { Skill } from './skill.ts'

/** A skill while its file is read. */
export type SkillDraft = { -readonly [Key in keyof Skill]?: Skill[Key] }

const claude = "a field of Claude Code's own"

/** The fields of `SKILL.md`, as agentskills.io has them, and those that Claude Code adds. */
export const skillFields: readonly Field<SkillDraft>[] = [
  {
    field: 'name',
    ours: 'name',
    required: true,
    note: '1 to 64 of a-z, 0-9 and single hyphens, none at an end; the name of the folder',
    read: setName,
  },
  {
    field: 'description',
    ours: 'description',
    required: true,
    note: '1 to 1,024 characters',
    read: text((description, skill) => void (skill.description = description), 1_024),
  },
  {
    field: 'license',
    ours: 'license',
    read: text((license, skill) => void (skill.license = license), 4_000),
  },
  {
    field: 'compatibility',
    ours: 'compatibility',
    note: '1 to 500 characters',
    read: text((compatibility, skill) => void (skill.compatibility = compatibility), 500),
  },
  { field: 'metadata', ours: 'metadata', note: 'texts by name', read: setMetadata },
  {
    field: 'allowed-tools',
    ours: 'tools',
    note: 'what it was written for; it is given nothing by that',
    read: texts((names, skill, at) => {
      const tools = names.map((name) => name.replace(/\(.*\)$/, ''))
      skill.tools = allowedTools(tools, at)
    }, 'spaces'),
  },
  { field: 'model', note: `${claude}: skills are told to the model of the run` },
  { field: 'effort', note: `${claude}: skills are told to the model of the run` },
  { field: 'context', note: `${claude}: a role names the skills that it is told` },
  { field: 'agent', note: `${claude}: a role names the skills that it is told` },
  { field: 'hooks', note: 'hooks of an imported file are never run' },
  { field: 'argument-hint', note: 'it is for the screen of the other program' },
  { field: 'user-invocable', note: `${claude}: skills are not commands here` },
  { field: 'disable-model-invocation', note: `${claude}: a role names the skills that it is told` },
]

function setName(value: JsonValue, skill: SkillDraft, { report, pointer }: FieldPlace): void {
  const name = typeof value === 'string' ? value : ''
  const fault = faultOf(name)
  if (fault === undefined) skill.name = name
  else
    report.wrong(
      pointer,
      `is ${showValue(value)}, which ${fault}`,
      'use 1 to 64 of a-z, 0-9 and single hyphens',
    )
}

function faultOf(name: string): string | undefined {
  if (name === '') return 'is no name'
  if (name.length > 64) return `has ${name.length} characters`
  if (!/^[a-z0-9-]+$/.test(name)) return 'has other characters than a-z, 0-9 and hyphens'
  if (name.startsWith('-') || name.endsWith('-')) return 'begins or ends with a hyphen'
  return name.includes('--') ? 'has two hyphens in a row' : undefined
}

function setMetadata(value: JsonValue, skill: SkillDraft, { report, pointer }: FieldPlace): void {
  if (!isObject(value)) {
    report.wrong(pointer, `is ${showValue(value)}`, 'write NAME: "text" lines')
    return
  }
  for (const [key, said] of Object.entries(value)) {
    if (typeof said !== 'string')
      report.wrong(pointer + segment(key), `is ${showValue(said)}`, 'write a text in quotes')
  }
  skill.metadata = value
}
