import { describeToolCoordinator } from '@keepup/testing'

import { createToolCoordinator } from '../src/index.ts'

describeToolCoordinator('createToolCoordinator', {
  create: ({ tools, policies, timeout, outputLimit, artifacts }) =>
    createToolCoordinator({
      registry: tools,
      policies,
      timeout,
      outputLimit,
      ...(artifacts === undefined ? {} : { artifacts }),
    }),
})
