import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where sandboxes keep what they must remember beyond a crash: no command may read or write it. */
export function sandboxState(): string {
  return join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'keepup', 'sandbox')
}
