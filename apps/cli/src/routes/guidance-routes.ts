import { buildCommand, buildRouteMap } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import type { GuidanceFlags, SkillFlags } from '../guidance/find-guidance.ts'
import { jsonFlag, settingFlag, textFlag } from './run-flags.ts'

const skillFlags = {
  cwd: textFlag('Folder that the agent would work in (default: here)', 'folder'),
  json: jsonFlag('Print JSON'),
}

const flags = { instructions: settingFlag('instructions'), ...skillFlags }

const listRoute = buildCommand<GuidanceFlags, [], CommandLine>({
  loader: async () => performs((await import('../guidance/instructions-list.ts')).instructionsList),
  parameters: { flags, aliases: { C: 'cwd' } },
  docs: {
    brief: 'Show which AGENTS.md, CLAUDE.md, GEMINI.md there are, and when a run is told of them',
    fullDescription: [
      'Shows the files of ~/.config/keepup and of the project. Yours, and those of the',
      'project that you approved, count as your own words; all others are told to the',
      'agent as words that others wrote, and what follows from them is judged so.',
    ].join('\n'),
  },
})

const trustRoute = buildCommand<GuidanceFlags, [string?], CommandLine>({
  loader: async () => performs((await import('../guidance/trust-texts.ts')).trustInstructions),
  parameters: {
    flags,
    aliases: { C: 'cwd' },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'Only those whose digest begins so (default: all of the project)',
          parse: String,
          placeholder: 'digest',
          optional: true,
        },
      ],
    },
  },
  docs: {
    brief: "Approve a project's instructions, as they are now",
    customUsage: ['[flags] [digest]'],
  },
})

/** `keepup instructions list|trust` */
export const instructionRoutes = buildRouteMap<'list' | 'trust', CommandLine>({
  routes: { list: listRoute, trust: trustRoute },
  docs: { brief: 'What files like AGENTS.md tell an agent' },
})

const name = (brief: string) => ({ brief, parse: String, placeholder: 'name' })

const skillsListRoute = buildCommand<SkillFlags, [], CommandLine>({
  loader: async () => performs((await import('../guidance/skills-list.ts')).skillsList),
  parameters: { flags: skillFlags, aliases: { C: 'cwd' } },
  docs: {
    brief: 'Show which skills there are, and whose',
    fullDescription: [
      'Shows the skills (SKILL.md) of your home folder and of the project. A run is told',
      'their names and descriptions; the agent looks up the rest with the tool skill.',
      '--skills off tells it of none.',
    ].join('\n'),
  },
})

const skillsShowRoute = buildCommand<SkillFlags, [string], CommandLine>({
  loader: async () => performs((await import('../guidance/skills-list.ts')).skillsShow),
  parameters: {
    flags: skillFlags,
    aliases: { C: 'cwd' },
    positional: { kind: 'tuple', parameters: [name('The skill')] },
  },
  docs: { brief: 'Show all that a skill says, and the files beside it' },
})

const skillsTrustRoute = buildCommand<SkillFlags, [string?], CommandLine>({
  loader: async () => performs((await import('../guidance/trust-texts.ts')).trustSkills),
  parameters: {
    flags: skillFlags,
    aliases: { C: 'cwd' },
    positional: {
      kind: 'tuple',
      parameters: [{ ...name('Only this skill (default: all of the project)'), optional: true }],
    },
  },
  docs: { brief: "Approve a project's skills, as they are now", customUsage: ['[flags] [name]'] },
})

/** `keepup skills list|show|trust` */
export const skillRoutes = buildRouteMap<'list' | 'show' | 'trust', CommandLine>({
  routes: { list: skillsListRoute, show: skillsShowRoute, trust: skillsTrustRoute },
  docs: { brief: 'What an agent can look up how to do' },
})
