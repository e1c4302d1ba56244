import assert from 'node:assert/strict'

import { joinTable, type Label, labelAt, trustedLabel } from '@keepup/core'

import { check, failsWith, type MailboxCheck, recorder, served, until } from './check.ts'

const secret: Label = { integrity: 'vendor', sources: ['tool:bank'], readers: ['alice'], confidential: true }

/** Questions, topics and labels. */
export const talkChecks: readonly MailboxCheck[] = [
  check(
    'labels: words of an agent are never trusted, whatever their labels say, and carry what they came with',
    async (mail) => {
      const seen = recorder()
      const box = served(mail, 'a', seen)
      const body = { public: 'x', account: { number: 7 } }
      await mail.send({
        to: 'a',
        from: 'b',
        body,
        labels: { default: trustedLabel, leaves: [['/account', secret]] },
      })
      await mail.send({ to: 'a', body: 'by a person' })
      await box.drain()
      const [told, said] = seen.messages.map(({ labels }) => labels)
      assert.ok(told !== undefined && said !== undefined)
      assert.equal(labelAt(told, '/public').integrity, 'free-text')
      assert.deepEqual(labelAt(told, '/public').sources, ['agent:b'])
      const number = labelAt(told, '/account/number')
      assert.deepEqual(number, {
        integrity: 'free-text',
        sources: ['agent:b', 'tool:bank'],
        readers: ['alice'],
        confidential: true,
      })
      assert.deepEqual(joinTable(said), trustedLabel)
    },
  ),

  check(
    'labels: what a handler sends, publishes and answers carries those of what it was shown',
    async (mail) => {
      const [heard, noticed] = [recorder(), recorder()]
      const boxes = [served(mail, 'b', heard), served(mail, 'c', noticed)]
      await mail.follow('news', 'c')
      const seen = recorder((_, context) => {
        context.send({ to: 'b', body: 'told' })
        context.publish({ topic: 'news', body: 'told' })
        return 'told'
      })
      served(mail, 'a', seen)
      const reply = await mail.request({ to: 'a', from: 'x', body: 1, labels: { default: secret } })
      await Promise.all([heard.got(1), noticed.got(1)])
      for (const labels of [reply.labels, heard.messages[0]?.labels, noticed.messages[0]?.labels]) {
        assert.ok(labels !== undefined)
        const { integrity, sources, confidential, readers } = joinTable(labels)
        assert.deepEqual([integrity, confidential, readers], ['free-text', true, ['alice']])
        assert.deepEqual(sources, ['agent:a', 'agent:x', 'tool:bank'])
      }
      for (const box of boxes) await box.stop()
    },
  ),

  check('request: the answer is what the handler returns', async (mail, store) => {
    served(mail, 'a', { handle: async ({ body }) => ({ twice: Number(body) * 2 }) })
    const asked = [1, 2, 3].map((body) => store.another().request({ to: 'a', body }))
    const replies = await Promise.all(asked)
    assert.deepEqual(
      replies.map(({ body, from }) => [body, from]),
      [2, 4, 6].map((twice) => [{ twice }, 'a']),
    )
  }),

  check('request: who asked is told when the handler gives up', async (mail) => {
    const seen = recorder(() => {
      throw new Error('no idea')
    })
    served(mail, 'a', seen, { attempts: 2 })
    const error = await failsWith(mail.request({ to: 'a', body: 1 }), 'request-failed')
    assert.match(error.message, /no idea/)
    assert.equal(seen.messages.length, 2)
  }),

  check('request: a question that nobody has looked at by its deadline is dropped', async (mail) => {
    await failsWith(mail.request({ to: 'a', body: 'late', deadline: 30 }), 'deadline-passed')
    await mail.send({ to: 'a', body: 'after' })
    const seen = recorder()
    await served(mail, 'a', seen).drain()
    assert.deepEqual(seen.bodies(), ['after'])
    assert.equal((await mail.read('a')).expired, 1)
  }),

  check('request: agents that wait for each other are told at once', async (mail) => {
    const outcome = recorder()
    served(mail, 'a', {
      handle: (_, context) => context.request({ to: 'b', body: 1 }).then(({ body }) => body),
    })
    served(
      mail,
      'b',
      {
        handle: async (_, context) => {
          const error = await context.request({ to: 'a', body: 2 }).catch((caught: unknown) => caught)
          return String(error)
        },
      },
      { attempts: 1 },
    )
    const { body } = await mail.request({ to: 'a', body: 0, deadline: 4_000 })
    assert.match(String(body), /a -> b -> a/)
    assert.equal(outcome.messages.length, 0)
  }),

  check('request: after a crash a handler gets the answer that it had', async (mail, store) => {
    let asked = 0
    served(store.another(), 'b', { handle: async () => (asked += 1) })
    const answers: unknown[] = []
    const handle = (isLast: boolean) =>
      recorder(async (_, context) => {
        const { body } = await context.request({ to: 'b', body: 'how often?' })
        answers.push(body)
        if (!isLast) await new Promise(() => {})
      })
    await mail.send({ to: 'a', body: 1 })
    served(mail, 'a', handle(false), { standby: 60_000 })
    await until(() => answers.length === 1, 'the first asked')
    await served(store.afterCrash(), 'a', handle(true)).drain()
    assert.deepEqual(answers, [1, 1])
    assert.equal(asked, 1)
  }),

  check(
    'topics: everybody who follows by now gets what is published, once, in order',
    async (mail, store) => {
      const [first, second] = [recorder(), recorder()]
      await mail.publish({ topic: 'news', body: 'before' })
      await mail.follow('news', 'a')
      await mail.follow('news', 'b', 'start')
      const boxes = [served(mail, 'a', first), served(store.another(), 'b', second)]
      for (const body of [1, 2, 3])
        await store.another().publish({ topic: 'news', id: `n${body}`, from: 'x', body })
      await mail.publish({ topic: 'news', id: 'n3', from: 'x', body: 3 })
      await first.got(3)
      await second.got(4)
      for (const box of boxes) await box.stop()
      assert.deepEqual(first.bodies(), [1, 2, 3])
      assert.deepEqual(second.bodies(), ['before', 1, 2, 3])
      assert.equal(first.messages[0]?.topic?.name, 'news')
      assert.equal(first.messages[0]?.from, 'x')
    },
  ),

  check(
    'topics: what was published while nobody served the mailbox is not lost, and not given twice',
    async (mail) => {
      await mail.follow('news', 'a')
      for (let round = 1; round <= 3; round += 1) {
        await mail.publish({ topic: 'news', body: round })
        const seen = recorder()
        const box = served(mail, 'a', seen)
        await seen.got(1)
        await box.stop()
        assert.deepEqual(seen.bodies(), [round])
      }
    },
  ),

  check('topics: who left gets nothing more', async (mail) => {
    const seen = recorder()
    await mail.follow('news', 'a')
    const box = served(mail, 'a', seen)
    await mail.publish({ topic: 'news', body: 1 })
    await seen.got(1)
    await mail.leave('news', 'a')
    await until(async () => (await mail.read('a')).topics.length === 0, 'it left')
    await mail.publish({ topic: 'news', body: 2 })
    await mail.send({ to: 'a', body: 'last' })
    await seen.got(2)
    await box.stop()
    assert.deepEqual(seen.bodies(), [1, 'last'])
  }),
]
