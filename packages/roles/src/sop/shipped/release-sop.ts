import type { FilesGate, HumanGate } from '../definition/gate.ts'
import type { Sop } from '../definition/sop.ts'
import { ends, green, projectCommands } from './project-gates.ts'

const changelogs = ['**/CHANGELOG*', '**/HISTORY*', '**/NEWS*', '.changeset/**']
/** What names a version in most projects, and what repeats it. */
const versions = [
  '**/package.json',
  '**/{package-lock,npm-shrinkwrap}.json',
  '**/{pnpm-lock,yarn}.{yaml,lock}',
  '**/{pyproject.toml,setup.cfg,Cargo.toml,Cargo.lock,VERSION,version.txt}',
  '**/{pom.xml,build.gradle,build.gradle.kts,gradle.properties}',
]

const changelogWritten: FilesGate = { kind: 'files', id: 'changelog-written', mustChange: changelogs }
const versionRaised: FilesGate = { kind: 'files', id: 'version-raised', mustChange: versions }
const nothingElse: FilesGate = { kind: 'files', id: 'nothing-else', onlyChange: [...changelogs, ...versions] }

/** Nothing of it reaches beyond the project. */
const tools = { allow: ['read', 'grep', 'glob', 'write', 'edit'], edit: [...changelogs, ...versions] }

const agreed: HumanGate = {
  kind: 'human',
  id: 'agreed',
  prompt:
    'The changelog and the version are written, and the tests pass on these files. Look at both, and at whatever else changed in the files that name the version. Is this to be published?',
}

/**
 * A release: the model writes the changelog and the version with tools that reach nothing outside; the tests pass before and after; a person agrees; then the runtime, not a model,
 * publishes these very files, once.
 */
export const releaseSop: Sop = {
  id: 'release',
  version: 1,
  description:
    'Changelog and version, tests that pass, a person who agrees, and only then the command that publishes, run once and by no model.',
  initial: 'prepare',
  commands: { ...projectCommands, publish: ['npm', 'publish'] },
  phases: {
    prepare: {
      prompt:
        'Read what changed since the last release. Write it into the changelog, for users, and raise the version as those changes ask for. Change nothing else.',
      tools,
      // What is red before is not released, whatever is written about it.
      entry: [{ ...green, id: 'green-before' }],
      exit: [changelogWritten, versionRaised, nothingElse, green],
      on: { pass: 'agree', fail: { feedback: 'full' }, exhausted: 'given-up' },
    },
    agree: {
      prompt: 'Say which version this is, why that one, and what is in it, for the person who decides.',
      tools: { allow: ['read', 'grep', 'glob'], edit: [] },
      exit: [green, agreed],
      on: { pass: 'publish', fail: { goto: 'revise' }, exhausted: 'given-up' },
    },
    revise: {
      prompt: 'The release was not agreed to. Correct the changelog and the version as you are told.',
      tools,
      exit: [nothingElse, green],
      on: { pass: 'agree', fail: { feedback: 'full' }, exhausted: 'given-up' },
    },
    publish: {
      prompt: 'It is published when you end your turn. Say what you expect to see there.',
      tools: { allow: ['read'], edit: [] },
      exit: [
        { kind: 'evidence', id: 'tested', gate: 'agree/green' },
        { kind: 'evidence', id: 'agreed', gate: 'agree/agreed' },
        { kind: 'command', id: 'published', run: 'publish', repeat: 'once', timeoutMs: 1_200_000 },
      ],
      on: { pass: 'done', exhausted: 'given-up' },
      retries: { max: 0 },
    },
    ...ends,
  },
}
