import { existsSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

import { chosenOf, findSkills, loadRoles, readInstructions, type ReadInstructions } from '@keepup/roles'
import { type InstructionFile, instructionNames, type KnownSkill } from '@keepup/roles/guidance'

import type { CommandLine } from '../command-line.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { workingFolder } from '../working-folder.ts'
import { guidancePlaces } from './guidance-places.ts'
import { approvedTexts } from './trusted-texts.ts'

/** The flags of every command about skills. */
export interface SkillFlags {
  readonly cwd?: string
  readonly json: boolean
}

/** The flags of every command about instructions. */
export interface GuidanceFlags extends SkillFlags {
  readonly instructions?: string
}

/** A file of instructions, and when a run is told of it. */
export interface FoundInstructions extends InstructionFile {
  readonly told: 'at the start' | 'when files beside it are touched' | 'never'
}

/** Every file of instructions of a person and of the project that a folder belongs to. Fails `configuration-invalid`. */
export function findInstructions(
  line: CommandLine,
  flags: GuidanceFlags,
): { readonly files: readonly FoundInstructions[]; readonly problems: readonly string[] } {
  const { folder, settings, environment } = placeOf(line, flags)
  const { own, home, project, families } = guidancePlaces(settings, folder, environment)
  const isTrusted = approvedTexts(environment)
  const ofPerson = own
    .filter((path) => existsSync(path))
    .map((path) => {
      const within = shortPath(path, home) === path ? dirname(path) : home
      return readInstructions([path], { scope: 'user', within, isTrusted })
    })
  const found = loadRoles({ folder: project, scope: 'project', formats: ['instructions'] })
  const paths = [...new Set(found.instructions.map(({ source }) => source.path))]
  const inFolders = Map.groupBy(paths, (path) => dirname(path))
  const chosen = [...inFolders.values()].flatMap((some) => chosenOf(inOrder(some), families))
  const ofProject: ReadInstructions = readInstructions(paths, {
    scope: 'project',
    within: project,
    isTrusted,
  })
  const off = settings.instructions === 'off'
  const start = (path: string): boolean => !relative(dirname(path), folder).startsWith(`..`)
  const files = [...ofPerson.flatMap((one) => one.files), ...ofProject.files].map(
    (file): FoundInstructions => {
      const listed = file.scope === 'user' || chosen.includes(file.path)
      const first = file.scope === 'user' || start(file.path)
      return {
        ...file,
        told: off || !listed ? 'never' : first ? 'at the start' : 'when files beside it are touched',
      }
    },
  )
  return { files, problems: [...ofPerson.flatMap((one) => one.problems), ...ofProject.problems] }
}

/** The skills that a run in the folder is told of. Fails `configuration-invalid`. */
export function skillsOf(
  line: CommandLine,
  flags: SkillFlags,
): { readonly skills: readonly KnownSkill[]; readonly problems: readonly string[] } {
  const { folder, settings, environment } = placeOf(line, flags)
  const { home, project } = guidancePlaces(settings, folder, environment)
  return findSkills({
    home,
    ...(project === home ? {} : { project }),
    isTrusted: approvedTexts(environment),
  })
}

function placeOf({ host }: CommandLine, flags: GuidanceFlags) {
  const { environment, workingDirectory: here } = host
  const folder = workingFolder(host, flags.cwd)
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder })
  return { folder, settings, environment }
}

function inOrder(paths: readonly string[]): readonly string[] {
  return instructionNames.flatMap((name) => paths.filter((path) => path === join(dirname(path), name)))
}

/** A path as it is shown: below the folder that a person is in, where it is. */
export function shortPath(path: string, folder: string): string {
  const below = relative(folder, path)
  return below.startsWith(`..${sep}`) ? path : below
}
