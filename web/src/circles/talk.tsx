import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { AddCirclePost, CircleTalk, OpenCircleThread } from '../api/gen/documents'
import type { CircleTalkQuery } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Safety } from '../safety/safety'
import { Empty, Failed, Field, Loading, Refusal, formValues } from '../ui/parts'
import { when } from '../ui/when'
import { useWords } from '../words'
import { seatName } from './seat-name'

type Thread = Extract<CircleTalkQuery['node'], { __typename: 'Circle' }>['threads']['edges'][number]['node']

/** What is talked about, newest first. `news` counts what was heard: each is a reason to look again. */
export function Talk({ circleId, news }: { circleId: string; news: number }): JSX.Element {
  const { circles } = useWords()
  const { data, failure, again } = useAnswer(CircleTalk, { id: circleId })
  useEffect(() => {
    if (news > 0) again()
  }, [news, again])
  const threads = data?.node?.__typename === 'Circle' ? data.node.threads.edges : undefined
  return (
    <section class="stack" aria-label={circles.talk}>
      <h2>{circles.talk}</h2>
      {threads === undefined ? (
        failure === undefined ? (
          <Loading />
        ) : (
          <Failed failure={failure} retry={again} />
        )
      ) : threads.length === 0 ? (
        <Empty>{circles.noTalk}</Empty>
      ) : (
        threads.map(({ node }) => <ThreadCard key={node.id} thread={node} again={again} />)
      )}
      <Begin circleId={circleId} again={again} />
    </section>
  )
}

function ThreadCard({ thread, again }: { thread: Thread; again: () => void }): JSX.Element {
  const words = useWords()
  return (
    <article class="card">
      <h3>
        {thread.title} {thread.kind === 'ASK' && <span class="chip warm">{words.circles.ask}</span>}
      </h3>
      {thread.posts.edges.map(({ node }) => (
        <div key={node.id}>
          <p class="soft small">
            {seatName(node.author, words)}, {when(node.at, document.documentElement.lang)}
          </p>
          <p>{node.deletedAt === null ? node.text : words.room.deleted}</p>
          {node.deletedAt === null && node.author?.isMine !== true && (
            <Safety subjectId={node.id} profileId={node.author?.profile?.id ?? null} name={seatName(node.author, words)} />
          )}
        </div>
      ))}
      <Reply thread={thread} again={again} />
    </article>
  )
}

function Reply({ thread, again }: { thread: Thread; again: () => void }): JSX.Element {
  const { circles, send } = useWords()
  const { act, isBusy, refused } = useAct(AddCirclePost)
  const [key, setKey] = useState(() => crypto.randomUUID())

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { text = '' } = formValues(event)
    if (text.trim() === '') return
    if ((await act({ input: { threadId: thread.id, text, idempotencyKey: key } })) === undefined) return
    setKey(crypto.randomUUID())
    form.reset()
    again()
  }

  return (
    <>
      <Refusal refused={refused} />
      <form class="say" onSubmit={(event) => void submit(event)}>
        <input name="text" aria-label={circles.reply(thread.title)} placeholder={circles.replyHere} autocomplete="off" />
        <button disabled={isBusy}>{send}</button>
      </form>
    </>
  )
}

function Begin({ circleId, again }: { circleId: string; again: () => void }): JSX.Element {
  const { circles, send } = useWords()
  const { act, isBusy, refused } = useAct(OpenCircleThread)
  const [key, setKey] = useState(() => crypto.randomUUID())

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { title = '', text = '' } = formValues(event)
    if ((await act({ input: { circleId, title, text, idempotencyKey: key } })) === undefined) return
    setKey(crypto.randomUUID())
    form.reset()
    again()
  }

  return (
    <form class="card" aria-label={circles.begin} onSubmit={(event) => void submit(event)}>
      <h3>{circles.begin}</h3>
      <Refusal refused={refused} />
      <Field label={circles.about} name="title" required wrong={refused?.fields['title']} />
      <Field label={circles.text} name="text" lines={2} required wrong={refused?.fields['text']} />
      <div>
        <button disabled={isBusy}>{send}</button>
      </div>
    </form>
  )
}
