import { spawnSync } from 'node:child_process'

import type { NewId, Sandbox } from '@keepup/core'

import { checkProfile } from './check-profile.ts'
import { createContainerPool } from './container-pool.ts'
import { missingSandbox } from './missing-sandbox.ts'
import { realProfile } from './real-profile.ts'
import { sandboxState } from './sandbox-state.ts'
import { withholdVariables } from './withhold-variables.ts'
import { workspaceGuards } from './workspace-guards.ts'

/** What the adapter is started with. */
export interface ContainerSandboxOptions {
  /** `docker`, else `podman`, whichever has an engine that answers, when left out. */
  readonly engine?: string
  /** What commands run in: it brings its own programs. `debian:stable` when left out. */
  readonly image?: string
  readonly state?: string
  readonly newId?: NewId
}

/** Variables that speak of this machine's files. */
const ofThisMachine = ['PATH', 'HOME', 'SHELL', 'USER', 'LOGNAME', 'PWD', 'OLDPWD', 'TMPDIR', '_', 'XDG_*']

/**
 * Confines programs by containers of Docker or Podman: one is kept ready for each profile, each serves one command. Programs come from the image, and of
 * this machine's files only the writable folders are seen. Cannot tell hosts apart: a profile that lists some fails `not-supported`. Fails
 * `sandbox-unavailable` where no engine answers.
 */
export function containerSandbox({
  engine = findEngine(),
  image = 'debian:stable',
  state = sandboxState(),
  newId = () => crypto.randomUUID(),
}: ContainerSandboxOptions = {}): Sandbox {
  const version = versionOf(engine)
  if (version === undefined) throw missingSandbox('container', `the engine of ${engine} does not answer`)
  const guardOf = workspaceGuards(state, newId)
  const pool = createContainerPool({ engine, image, newId })
  return {
    describe: () => ({
      name: 'container',
      version: `${engine} ${version}, ${image}`,
      holds: ['writes', 'reads', 'network', 'processes', 'orphans'],
      lacks: [
        'It cannot let single hosts through: all or none.',
        'Programs are those of the image, not of this machine.',
        'What is in the project and runs later, such as scripts in package.json or a Makefile, is not judged.',
      ],
    }),
    async contain({ program, arguments: given, folder, environment }, profile) {
      checkProfile(profile, 'A container')
      const { covered, release } = await guardOf(profile).watch(profile)
      const container = await pool.take(realProfile({ ...profile, unwritable: covered }))
      const passed = Object.keys(withholdVariables(environment, [...profile.withheld, ...ofThisMachine]))
      const options = [...passed.flatMap((name) => ['--env', name]), '--workdir', folder]
      return {
        program: engine,
        arguments: [
          'exec',
          ...options,
          '--env',
          'KEEPUP_SANDBOX=container',
          container.name,
          program,
          ...given,
        ],
        folder: '/',
        // The client's own, which is not confined; of these only those named above are handed on.
        environment,
        async release() {
          await container.remove()
          return release()
        },
      }
    },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  }
}

function findEngine(): string {
  const found = ['docker', 'podman'].find((engine) => versionOf(engine) !== undefined)
  if (found === undefined) throw missingSandbox('container', 'neither Docker nor Podman answers')
  return found
}

/** Of the engine, not of its client, which is often there alone. */
function versionOf(engine: string): string | undefined {
  const format = engine.endsWith('podman') ? '{{.Version.Version}}' : '{{.Server.Version}}'
  const { status, stdout } = spawnSync(engine, ['version', '--format', format], {
    encoding: 'utf8',
    timeout: 5_000,
  })
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : undefined
}
