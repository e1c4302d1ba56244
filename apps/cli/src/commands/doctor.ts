import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'

import type { CommandLine } from '../command-line.ts'
import { lookAtClock } from '../doctor/look-at-clock.ts'
import { lookAtHooks, lookAtRoles, lookAtRules, lookAtServers } from '../doctor/look-at-files.ts'
import { lookAtDisk, lookAtTerminal } from '../doctor/look-at-machine.ts'
import { lookAtModel } from '../doctor/look-at-model.ts'
import { reportError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import type { Settings } from '../settings/setting.ts'
import { openStore, placeOf, type Store, type StorePlace } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { pad } from '../terminal/width.ts'
import { isWritable, workingFolder } from '../working-folder.ts'
import type { Finding } from './finding.ts'
import { lookForSandboxes } from './look-for-sandboxes.ts'

/** The flags of `keepup doctor`. */
export interface DoctorFlags extends StoreFlags {
  readonly cwd?: string
  readonly try: boolean
}

/** Checks what keepup needs. Exits with an error where something is broken; what is merely missing is only said. */
export async function doctor(line: CommandLine, flags: DoctorFlags): Promise<ExitName> {
  const findings = await lookAround(line, flags)
  const { out, outStyle: style } = line.terminal
  if (flags.json) await out.write(`${JSON.stringify(findings)}\n`)
  else {
    const marks = {
      good: style.green(style.marks.done),
      missing: style.yellow(style.marks.note),
      broken: style.red(style.marks.failed),
      note: ' ',
    }
    for (const { check, state, text, fix } of findings) {
      await out.write(`${marks[state]} ${style.bold(pad(check, 9))} ${safeText(text)}\n`)
      if (fix !== undefined) await out.write(`  ${pad('', 9)} ${style.dim(`fix: ${safeText(fix)}`)}\n`)
    }
  }
  return findings.some(({ state }) => state === 'broken') ? 'failed' : 'completed'
}

async function lookAround(line: CommandLine, flags: DoctorFlags): Promise<readonly Finding[]> {
  const { host } = line
  const node: Finding = { check: 'node', state: 'good', text: process.versions.node }
  const { environment, workingDirectory: here, clock } = host
  const read = await attempt('settings', () => {
    const folder = workingFolder(host, flags.cwd)
    return { folder, ...resolveSettings({ flags: flagTexts(flags), environment, here, folder }) }
  })
  if ('check' in read) return [node, read]
  const { folder, settings } = read
  const place = { folder, environment, settings }
  const looks: readonly (readonly [string, () => Promise<readonly Finding[]> | readonly Finding[]])[] = [
    ['store', () => lookAtStore(placeOf(settings, environment))],
    ['disk', () => lookAtDisk(settings.store)],
    ['clock', () => lookAtClock(settings.store, clock)],
    ['model', () => lookAtModel(settings, host, flags.try)],
    ['defence', () => lookAtDefence(settings)],
    ['rules', () => lookAtRules(place)],
    ['hooks', () => lookAtHooks(place)],
    ['roles', () => lookAtRoles(place)],
    ['mcp', () => (flags.try ? startedServers(line, flags.cwd) : lookAtServers(place))],
    ['folder', () => [lookAtFolder(folder), ...programs(), lookAtTerminal(host)]],
    ['sandbox', () => lookForSandboxes(settings, folder, environment)],
  ]
  const found = [
    node,
    { check: 'settings', state: 'good', text: 'keepup config explain shows them' } as const,
  ]
  const looked: Finding[] = [...found]
  // One after the other: what one look fails with is told, and the next is taken.
  for (const [check, look] of looks) {
    const findings = await attempt(check, look)
    looked.push(...('check' in findings ? [findings] : findings))
  }
  return looked
}

async function startedServers(line: CommandLine, cwd: string | undefined): Promise<readonly Finding[]> {
  const { startServers } = await import('./mcp-doctor.ts')
  const found = await startServers(line, cwd, undefined)
  if (found.length === 0) return [{ check: 'mcp', state: 'note', text: 'no servers' }]
  return found.map(({ check, text, ...rest }) => ({ ...rest, check: 'mcp', text: `${check}: ${text}` }))
}

async function attempt<Value extends object>(
  check: string,
  look: () => Value | Promise<Value>,
): Promise<Value | Finding> {
  try {
    return await look()
  } catch (error) {
    const { what, fix } = reportError(error)
    return { check, state: 'broken', text: what, fix }
  }
}

async function lookAtStore(place: StorePlace): Promise<readonly Finding[]> {
  await using store = await openStore(place)
  let count = 0
  for await (const { thread } of store.checkpointer.threads()) count += thread === '' ? 0 : 1
  const text = `${store.path} (${count} ${count === 1 ? 'thread' : 'threads'})`
  return [{ check: 'store', state: 'good', text }, encryptionOf(store, place)]
}

function encryptionOf({ keys }: Store, place: StorePlace): Finding {
  if (keys === undefined || place.keys === undefined) {
    const text = 'the store is not encrypted: keepup store encrypt --keys FILE does that from then on'
    return { check: 'keys', state: 'note', text }
  }
  const text = `the store is encrypted, with the keys in ${place.keys.folder}; snapshots of files are not`
  return { check: 'keys', state: 'good', text }
}

async function lookAtDefence({ defence }: Settings): Promise<readonly Finding[]> {
  const { readSetting } = await import('../defence/open-defence.ts')
  readSetting(defence)
  const check = 'defence'
  if (defence !== 'off') return [{ check, state: 'good', text: defence }]
  const fix = 'leave it out, or: --defence balanced'
  return [
    { check, state: 'missing', text: 'off: what an agent reads may make it do anything that it may do', fix },
  ]
}

function lookAtFolder(folder: string): Finding {
  if (isWritable(folder)) return { check: 'folder', state: 'good', text: `${folder} can be written to` }
  return {
    check: 'folder',
    state: 'missing',
    text: `${folder} cannot be written to: the agent can only read there`,
    fix: `make it writable (chmod u+w ${dirname(folder) === folder ? '.' : folder}), or name another one with --cwd`,
  }
}

function programs(): readonly Finding[] {
  return [
    lookForProgram(
      'git',
      'the demo, patches and going back with files need it',
      'install git: https://git-scm.com',
    ),
    lookForProgram('bash', 'the shell tool prefers it', 'install bash'),
    lookForProgram('rg', 'searching large projects is slower without it', 'install ripgrep'),
  ]
}

function lookForProgram(name: string, why: string, fix: string): Finding {
  const { status, stdout } = spawnSync(name, ['--version'], { encoding: 'utf8' })
  const [version = ''] = (stdout ?? '').split('\n')
  return status === 0
    ? { check: name, state: 'good', text: version }
    : { check: name, state: 'missing', text: `not found; ${why}`, fix }
}
