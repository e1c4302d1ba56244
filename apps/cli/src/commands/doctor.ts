import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'

import type { CommandLine } from '../command-line.ts'
import { reportError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { findModel } from '../model/choose-model.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import type { Settings } from '../settings/setting.ts'
import { openStore, placeOf, type Store, type StorePlace } from '../store.ts'
import { pad } from '../terminal/width.ts'
import { isWritable, workingFolder } from '../working-folder.ts'
import type { Finding } from './finding.ts'
import { lookForSandboxes } from './look-for-sandboxes.ts'

/** Checks what keepup needs. Exits with an error where something is broken; what is merely missing is only said. */
export async function doctor(
  line: CommandLine,
  flags: StoreFlags & { readonly cwd?: string },
): Promise<ExitName> {
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
      await out.write(`${marks[state]} ${style.bold(pad(check, 9))} ${text}\n`)
      if (fix !== undefined) await out.write(`  ${pad('', 9)} ${style.dim(`fix: ${fix}`)}\n`)
    }
  }
  return findings.some(({ state }) => state === 'broken') ? 'failed' : 'completed'
}

async function lookAround(
  { host }: CommandLine,
  flags: StoreFlags & { readonly cwd?: string },
): Promise<readonly Finding[]> {
  const node: Finding = { check: 'node', state: 'good', text: process.versions.node }
  try {
    const folder = workingFolder(host, flags.cwd)
    const { environment, workingDirectory: here } = host
    const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder })
    return [
      node,
      { check: 'settings', state: 'good', text: 'keepup config explain shows them' },
      ...(await lookAtStore(placeOf(settings, environment))),
      await lookForModel(settings, environment),
      lookAtFolder(folder),
      lookForProgram('git', 'the demo and patches need it', 'install git: https://git-scm.com'),
      lookForProgram('bash', 'the shell tool prefers it', 'install bash'),
      ...(await lookForSandboxes(settings, folder, environment)),
    ]
  } catch (error) {
    return [node, broken('settings', error)]
  }
}

async function lookAtStore(place: StorePlace): Promise<readonly Finding[]> {
  try {
    await using store = await openStore(place)
    let count = 0
    for await (const { thread } of store.checkpointer.threads()) count += thread === '' ? 0 : 1
    const text = `${store.path} (${count} ${count === 1 ? 'thread' : 'threads'})`
    return [{ check: 'store', state: 'good', text }, encryptionOf(store, place)]
  } catch (error) {
    return [broken('store', error)]
  }
}

function encryptionOf({ keys }: Store, place: StorePlace): Finding {
  if (keys === undefined || place.keys === undefined) {
    const text = 'the store is not encrypted: keepup store encrypt --keys FILE does that from then on'
    return { check: 'keys', state: 'note', text }
  }
  const text = `the store is encrypted, with the keys in ${place.keys.folder}; snapshots of files are not`
  return { check: 'keys', state: 'good', text }
}

async function lookForModel(
  settings: Settings,
  environment: CommandLine['host']['environment'],
): Promise<Finding> {
  if (settings.model !== undefined) return { check: 'model', state: 'good', text: settings.model }
  const found = await findModel(environment)
  if (found !== undefined) {
    return { check: 'model', state: 'good', text: `${found.reference} (${found.because})` }
  }
  return {
    check: 'model',
    state: 'missing',
    text: 'no model was named, no key is set, and no server answers on this machine',
    fix: 'set ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY; or start Ollama, llama.cpp or LM Studio',
  }
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

function lookForProgram(name: string, why: string, fix: string): Finding {
  const { status, stdout } = spawnSync(name, ['--version'], { encoding: 'utf8' })
  const [version = ''] = (stdout ?? '').split('\n')
  return status === 0
    ? { check: name, state: 'good', text: version }
    : { check: name, state: 'missing', text: `not found; ${why}`, fix }
}

function broken(check: string, error: unknown): Finding {
  const { what, fix } = reportError(error)
  return { check, state: 'broken', text: what, fix }
}
