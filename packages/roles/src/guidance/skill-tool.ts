import { join } from 'node:path'

import { KeepupError, type Tool, type ToolOutput } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { readPlainFile } from '../source/read-plain-file.ts'
import { strangersLabel, vouchedLabel } from './instruction-file.ts'
import type { KnownSkill } from './known-skill.ts'

/** The input of {@link skillTool}. */
export interface SkillToolInput {
  readonly name: string
  readonly file?: string
}

/** @limit In characters: more of a skill or one of its files is not given at once. */
const longestText = 60_000

/** @limit How many files of a skill are listed. */
const mostFiles = 100

const input = jsonSchema<SkillToolInput>({
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 64, description: 'The skill' },
    file: {
      type: 'string',
      minLength: 1,
      maxLength: 400,
      description: 'One of its files, as the skill lists them, instead of the skill itself',
    },
  },
  required: ['name'],
  additionalProperties: false,
})

/**
 * `skill {name, file}`: what a skill says to do, and the files beside it. Nothing of it is run. What a person vouches for is labelled theirs; files of a project's skill never are,
 * since nobody approved these.
 */
export function skillTool(skills: readonly KnownSkill[]): Tool<SkillToolInput> {
  const byName = new Map(skills.map((skill) => [skill.name, skill]))
  return {
    name: 'skill',
    description: 'Looks up how to do something: a skill that you were told of, or one of its files.',
    input,
    repeat: 'safe',
    effects: ({ name, file }) => {
      const skill = byName.get(name)
      // Its text was read when the run began.
      return skill === undefined || file === undefined
        ? []
        : [{ kind: 'read', target: join(skill.folder, file) }]
    },
    produces: { default: 'trusted', source: 'guidance' },
    run: async ({ name, file }) => {
      const skill = byName.get(name)
      if (skill === undefined) throw unknown(`There is no skill ${name}`, [...byName.keys()])
      return file === undefined ? bodyOf(skill) : fileOf(skill, file)
    },
  }
}

function bodyOf(skill: KnownSkill): ToolOutput {
  const listed = skill.files.slice(0, mostFiles)
  const more = skill.files.length - listed.length
  const files =
    listed.length === 0
      ? []
      : [`Its files, in ${skill.folder}:`, ...listed, ...(more > 0 ? [`(and ${more} more)`] : [])]
  return output([skill.text, files.join('\n')].filter((text) => text !== '').join('\n\n'), skill.trusted)
}

function fileOf(skill: KnownSkill, file: string): ToolOutput {
  if (!skill.files.includes(file)) throw unknown(`The skill ${skill.name} has no file ${file}`, skill.files)
  const { text } = readPlainFile(join(skill.folder, file), skill.folder)
  return output(text, skill.source.scope === 'user')
}

function output(text: string, trusted: boolean): ToolOutput {
  const shown =
    text.length > longestText ? `${text.slice(0, longestText)}\n(cut: ${text.length} characters)` : text
  return {
    content: [{ type: 'text', text: shown }],
    labels: { default: trusted ? vouchedLabel : strangersLabel },
  }
}

function unknown(what: string, there: readonly string[]): KeepupError {
  const names = there.slice(0, 20).join(', ')
  return new KeepupError('input-invalid', `${what}. ${names === '' ? 'It has none' : `There are: ${names}`}.`)
}
