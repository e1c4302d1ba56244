import { z } from 'zod'

import { sequence } from './sequence.ts'
import { threadName } from './thread-name.ts'

/** A place in a store. */
export const place = z.object({ thread: threadName, at: sequence })
