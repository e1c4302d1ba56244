import { findSandboxes, type SandboxFinding } from '@keepup/toolkit/sandbox'

import type { Environment } from '../host.ts'
import { sandboxOptions } from '../running/open-confinement.ts'
import type { Settings } from '../settings/setting.ts'
import type { Finding } from './finding.ts'

/** What protects from commands, which sandboxes there are, what each holds here, and how to install the others. */
export async function lookForSandboxes(
  settings: Settings,
  folder: string,
  environment: Environment,
): Promise<readonly Finding[]> {
  const { store, sandbox } = settings
  const found = await findSandboxes(sandboxOptions({ store, folder, environment }))
  return [whatProtects(sandbox, found), ...found.flatMap(present), missing(found)].flat()
}

function whatProtects(choice: Settings['sandbox'], found: readonly SandboxFinding[]): Finding {
  const check = 'sandbox'
  if (choice === 'off') {
    return {
      check,
      state: 'missing',
      text: 'off: commands that are allowed may do what you may do',
      fix: 'switch it on with --sandbox auto, or "sandbox": "auto" in your own config.json',
    }
  }
  const there = found.find(({ name, description }) => description !== undefined && isMeant(choice, name))
  return there === undefined
    ? {
        check,
        state: 'broken',
        text: `${choice} was asked for and is not there: no run begins`,
        fix: found.find(({ name }) => isMeant(choice, name))?.install ?? 'install one of those below',
      }
    : { check, state: 'good', text: `${there.name} confines commands (setting: ${choice})` }
}

function isMeant(choice: Settings['sandbox'], name: SandboxFinding['name']): boolean {
  return choice === 'auto' ? name !== 'container' : choice === name
}

function present({ name, description }: SandboxFinding): readonly Finding[] {
  if (description === undefined) return []
  const { version, holds, lacks } = description
  const text = `${name}${version === undefined ? '' : ` ${version}`} holds ${holds.join(', ')}`
  return [{ check: 'sandbox', state: 'good', text }, ...lacks.map((lack) => note(`${name}: ${lack}`))]
}

function note(text: string): Finding {
  return { check: '', state: 'note', text }
}

function missing(found: readonly SandboxFinding[]): readonly Finding[] {
  return found.flatMap(({ name, missing: why, install }) =>
    why === undefined ? [] : [note(`${name} is not there: ${why}. To have it, ${install}`)],
  )
}
