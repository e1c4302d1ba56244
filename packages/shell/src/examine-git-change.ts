import { type Call, type Reading, touch, touchAnything } from './call.ts'
import { addEffect } from './findings.ts'
import { beneath, follow } from './ground.ts'

/** Sub-commands that change the repository alone. */
const repository = new Set([
  'add',
  'branch',
  'tag',
  'notes',
  'update-ref',
  'reflog',
  'config',
  'remote',
  'gc',
  'prune',
  'pack-refs',
  'symbolic-ref',
  'update-index',
  'replace',
])

/** Sub-commands that change files of the working tree. */
const tree = new Set([
  'checkout',
  'switch',
  'restore',
  'reset',
  'clean',
  'stash',
  'merge',
  'rebase',
  'cherry-pick',
  'revert',
  'apply',
  'am',
  'rm',
  'mv',
  'commit',
  'worktree',
])

/** Sub-commands that reach a remote. */
const remote = new Set([
  'fetch',
  'pull',
  'push',
  'clone',
  'ls-remote',
  'submodule',
  'send-email',
  'request-pull',
  'fetch-pack',
  'send-pack',
])

/** What a sub-command of git that changes something may touch. Hooks and the configuration may run programs, so `exec:*` stands beside it. */
export function examineGitChange(call: Call, command: string, reading: Reading): void {
  addEffect(reading, 'exec', '*')
  if (remote.has(command)) addEffect(reading, 'net', '*')
  if (command === 'rm' || command === 'mv') deleteOperands(call, reading)
  const inTree = tree.has(command) || remote.has(command)
  if (!inTree && !repository.has(command)) return touchAnything(reading)
  const below = call.state.folders.map((folder) => beneath(follow(reading.ground, folder, '.')))
  for (const target of below.length === 0 ? ['*'] : below) {
    addEffect(reading, 'read', target)
    addEffect(reading, 'write', inTree ? target : target.replace('**', '.git/**'))
    if (inTree) addEffect(reading, 'delete', target)
  }
}

function deleteOperands(call: Call, reading: Reading): void {
  for (const word of call.words)
    if (word?.startsWith('-') !== true) touch(reading, call.state, 'delete', word, true)
}
