import { onFailpoint } from './failpoint/on-failpoint.ts'
import { parseStrike } from './failpoint/strike.ts'

export { onFailpoint, watchFailpoints } from './failpoint/on-failpoint.ts'
export { failpointNames, parseStrike, type Strike } from './failpoint/strike.ts'

// For `node --import @keepup/testing/failpoints`: the one module of keepup that acts when it is imported, and only where the environment says so.
const wanted = process.env['KEEPUP_FAILPOINT']
if (wanted !== undefined && wanted !== '') {
  onFailpoint(parseStrike(wanted), () => process.kill(process.pid, 'SIGKILL'))
}
