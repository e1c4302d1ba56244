import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { Guidance, Model, Tool } from '@keepup/core'
import {
  folderGuidance,
  type KnownSkill,
  ownSkillFolders,
  skillCatalogue,
  skillFolders,
  skillTool,
} from '@keepup/roles/guidance'

import type { Environment } from '../host.ts'
import type { Settings } from '../settings/setting.ts'
import { type GuidancePlaces, guidancePlaces } from './guidance-places.ts'
import { approvedTexts } from './trusted-texts.ts'

/** What a run's guidance depends on. */
export interface GuidanceOrder {
  readonly settings: Settings
  readonly folder: string
  readonly environment: Environment
  readonly model: Pick<Model, 'id' | 'contextWindow'>
  /** Tells a person something. */
  readonly tell: (text: string) => void
}

/** What an agent is told of the place where it works, and the tool that looks up more of it. */
export interface OpenedGuidance {
  readonly guidance?: Guidance
  readonly tools: readonly Tool[]
}

/** In characters: the most that instructions may take, however large the window is. */
const mostTold = 32_000

/** In characters of a window of unknown size: as much as fits one of 32,000 tokens. */
const unknownWindow = 32_000

/** The share of a window that instructions may take, at about four characters a token. */
const share = 0.1 * 4

/** The instructions and skills that the settings let a run have. What is not there costs a look for its name. */
export async function openGuidance(order: GuidanceOrder): Promise<OpenedGuidance> {
  const { settings, folder, environment, model, tell } = order
  const places = guidancePlaces(settings, folder, environment)
  const skills = settings.skills === 'off' ? [] : await skillsIn(places, order)
  const tools = skills.length === 0 ? [] : [skillTool(skills)]
  if (settings.instructions === 'off' && skills.length === 0) return { tools }
  const texts = skillCatalogue(skills)
  if (settings.instructions === 'off') {
    const read: Guidance['read'] = async ({ told }) => texts.filter(({ path, text }) => told[path] !== text)
    return { guidance: { read }, tools }
  }
  const budget = Math.min(
    mostTold,
    Math.floor(share * (settings.contextWindow ?? model.contextWindow ?? unknownWindow)),
  )
  const isTrusted = approvedTexts(environment)
  return { guidance: folderGuidance({ ...places, folder, isTrusted, budget, texts, tell }), tools }
}

/** The skills that are there; nothing is loaded where no folder of any is. */
async function skillsIn(
  { home, project }: GuidancePlaces,
  { environment, tell }: GuidanceOrder,
): Promise<readonly KnownSkill[]> {
  const folders = [
    ...[...skillFolders, ...ownSkillFolders].map((name) => join(home, name)),
    ...skillFolders.map((name) => join(project, name)),
  ]
  if (!folders.some((folder) => existsSync(folder))) return []
  const { findSkills } = await import('@keepup/roles')
  const isTrusted = approvedTexts(environment)
  const { skills, problems } = findSkills({ home, ...(project === home ? {} : { project }), isTrusted })
  problems.forEach(tell)
  return skills
}
