import type { Sop } from '../definition/sop.ts'
import {
  ends,
  green,
  harnessStays,
  projectCommands,
  red,
  testFiles,
  testsStay,
  testWritten,
} from './project-gates.ts'
import { releaseSop } from './release-sop.ts'

const planSchema = {
  type: 'object',
  properties: { steps: { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } } },
  required: ['steps'],
} as const

const findingsSchema = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      path: { type: 'string' },
      line: { type: 'integer' },
      severity: { enum: ['error', 'warning', 'note'] },
      message: { type: 'string', minLength: 1 },
    },
    required: ['path', 'severity', 'message'],
  },
} as const

const planActVerify: Sop = {
  id: 'plan-act-verify',
  version: 1,
  description: 'A plan first, then the work; it ends when the tests of the project pass.',
  initial: 'plan',
  commands: projectCommands,
  phases: {
    plan: {
      prompt: 'Look at what is there and plan. Change nothing yet.',
      tools: { edit: [] },
      produces: { plan: planSchema },
      on: { pass: 'act', exhausted: 'given-up' },
    },
    act: {
      prompt: 'Carry out the plan.',
      exit: [harnessStays],
      on: { pass: 'verify', exhausted: 'given-up' },
    },
    verify: {
      prompt: 'Look whether the task is done. Change nothing; say what is missing.',
      tools: { edit: [] },
      exit: [green],
      on: { pass: 'done', fail: { goto: 'act', feedback: 'full' }, exhausted: 'given-up' },
    },
    ...ends,
  },
}

const tdd: Sop = {
  id: 'tdd',
  version: 1,
  description:
    'A test that fails, then the code that makes it pass, then order. The tests stay as they were written.',
  initial: 'test',
  commands: projectCommands,
  phases: {
    test: {
      prompt:
        'Write a test of what is wanted. It must fail now, because the code is not there. Change tests only.',
      tools: { edit: testFiles },
      exit: [testWritten, red],
      on: { pass: 'code', exhausted: 'given-up' },
    },
    code: {
      prompt: 'Write the least code that makes the tests pass. Leave the tests alone.',
      exit: [testsStay, green],
      on: { pass: 'refactor', exhausted: 'given-up' },
    },
    refactor: {
      prompt: 'Put the code in order without changing what it does, where that is worth it.',
      exit: [testsStay, green],
      on: { pass: 'done', fail: { rollback: 'phase' }, exhausted: 'given-up' },
    },
    ...ends,
  },
}

const writeTestRefactor: Sop = {
  id: 'write-test-refactor',
  version: 1,
  description: 'Code, then tests of it, then order. What was green stays green.',
  initial: 'write',
  commands: projectCommands,
  phases: {
    write: {
      prompt: 'Write the code.',
      exit: [harnessStays, green],
      on: { pass: 'test', exhausted: 'given-up' },
    },
    test: {
      prompt: 'Write tests of what was written. Change tests only.',
      tools: { edit: testFiles },
      exit: [testWritten, green],
      on: { pass: 'refactor', fail: { feedback: 'full' }, exhausted: 'given-up' },
    },
    refactor: {
      prompt: 'Put the code in order without changing what it does, where that is worth it.',
      exit: [testsStay, green],
      on: { pass: 'done', fail: { rollback: 'phase' }, exhausted: 'given-up' },
    },
    ...ends,
  },
}

const fixBug: Sop = {
  id: 'fix-bug',
  version: 1,
  description: 'A test that shows the bug, then the fix. A bug that cannot be reproduced is not fixed.',
  initial: 'reproduce',
  commands: projectCommands,
  phases: {
    reproduce: {
      prompt: 'Write a test that fails because of the bug. Change tests only, and fix nothing yet.',
      tools: { edit: testFiles },
      exit: [testWritten, red],
      on: { pass: 'fix', fail: { feedback: 'full' }, exhausted: 'given-up' },
    },
    fix: {
      prompt: 'Find the cause and fix it. Leave the tests alone.',
      exit: [testsStay, green],
      on: { pass: 'done', fail: { feedback: 'full' }, exhausted: 'given-up' },
    },
    ...ends,
  },
}

const review: Sop = {
  id: 'review',
  version: 1,
  description:
    'Three readers look at once, each for one thing; then one report of what they found. Nothing is changed.',
  initial: 'read',
  phases: {
    read: {
      parallel: {
        correctness: { prompt: 'Look for what is wrong.', produces: { correctness: findingsSchema } },
        security: { prompt: 'Look for what can be abused.', produces: { security: findingsSchema } },
        tests: { prompt: 'Look for what no test would notice.', produces: { tests: findingsSchema } },
      },
      on: { pass: 'report', exhausted: 'given-up' },
    },
    report: {
      prompt:
        'Read what the three readers handed over again in the files, leave out what is not so, and report the rest.',
      tools: { edit: [] },
      produces: { report: findingsSchema },
      on: { pass: 'done', exhausted: 'given-up' },
    },
    ...ends,
  },
}

const migrate: Sop = {
  id: 'migrate',
  version: 1,
  description:
    'A change all over a project: no edit may bring new findings of the compiler, and a person agrees at the end.',
  initial: 'survey',
  commands: { ...projectCommands, check: ['npx', '--no-install', 'tsc', '--noEmit', '--pretty', 'false'] },
  phases: {
    survey: {
      prompt: 'Find every place that has to change, and plan. Change nothing yet.',
      tools: { edit: [] },
      produces: { plan: planSchema },
      on: { pass: 'change', exhausted: 'given-up' },
    },
    change: {
      prompt: 'Change place after place. After each edit the compiler may find nothing new.',
      onEdit: {
        gates: [
          {
            kind: 'command',
            id: 'edit-check',
            run: 'check',
            parser: 'tsc',
            baseline: 'no-new-findings',
            timeoutMs: 600_000,
          },
        ],
      },
      exit: [
        {
          kind: 'command',
          id: 'check',
          run: 'check',
          parser: 'tsc',
          baseline: 'no-new-findings',
          timeoutMs: 600_000,
        },
        green,
      ],
      on: { pass: 'agree', fail: { feedback: 'full' }, exhausted: 'given-up' },
    },
    agree: {
      prompt: 'Say what was changed, and what was left alone, for the person who decides.',
      tools: { edit: [] },
      exit: [
        green,
        { kind: 'human', id: 'agreed', prompt: 'The migration is done and the tests pass. Do you take it?' },
      ],
      on: { pass: 'done', fail: { goto: 'change' }, exhausted: 'given-up' },
    },
    ...ends,
  },
}

/** The procedures that come with keepup, by id. Their commands are those of a project of npm, until others are given. */
export const shippedSops: Readonly<Record<string, Sop>> = {
  'fix-bug': fixBug,
  migrate,
  'plan-act-verify': planActVerify,
  release: releaseSop,
  review,
  tdd,
  'write-test-refactor': writeTestRefactor,
}
