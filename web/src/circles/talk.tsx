/** What is talked about, last changed first: talks, and asks that wait for an answer. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { AddCirclePost, CircleThreadWhole, OpenCircleThread } from '../api/gen/documents'
import type { CircleNowQuery, CircleThreadKind } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Taps } from '../mentorship/taps'
import { Empty, Field, Pending, Refusal, formValues } from '../ui/parts'
import { thing } from '../ui/thing'
import { useMore, useWords } from '../words'
import { circleTalkWords } from '../words/circle-talk'
import { useCircle } from './circle'
import { Post } from './post'
import { Settle } from './settle'

type Thread = Extract<CircleNowQuery['node'], { __typename: 'Circle' }>['threads']['edges'][number]['node']

export function Talk({ threads }: { threads: readonly Thread[] }): JSX.Element {
  const words = useMore(circleTalkWords)
  const { isOpen } = useCircle()
  return (
    <section class="stack" aria-label={words.talk}>
      <h2>{words.talk}</h2>
      {threads.length === 0 ? (
        <Empty>{words.noTalk}</Empty>
      ) : (
        threads.map((thread) => <ThreadCard key={thread.id} thread={thread} />)
      )}
      {isOpen && <Begin />}
    </section>
  )
}

function ThreadCard({ thread }: { thread: Thread }): JSX.Element {
  const words = useMore(circleTalkWords)
  const { isOpen, isLed } = useCircle()
  const [isWhole, setWhole] = useState(false)
  const { kind, state, theme, posts } = thread
  return (
    <article class="card" {...thing(thread.id)}>
      <h3>
        {thread.title} {kind === 'ASK' && <span class="chip warm">{words.ask}</span>}{' '}
        {theme !== '' && <span class="chip">{theme}</span>}{' '}
        {state !== 'OPEN' && <span class="chip">{words.threadStates[state]}</span>}
      </h3>
      {isWhole ? (
        <Whole threadId={thread.id} />
      ) : (
        <>
          {posts.pageInfo.hasPreviousPage && (
            <div>
              <button type="button" class="plain" onClick={() => { setWhole(true) }}>
                {words.earlier}
              </button>
            </div>
          )}
          {posts.edges.map(({ node }) => (
            <Post key={node.id} post={node} />
          ))}
        </>
      )}
      {isOpen && state !== 'CLOSED' && <Reply thread={thread} />}
      {isOpen && (isLed || thread.author?.isMine === true) && <Settle thread={thread} />}
    </article>
  )
}

function Whole({ threadId }: { threadId: string }): JSX.Element {
  const { data, failure, again } = useAnswer(CircleThreadWhole, { id: threadId })
  if (data?.node?.__typename !== 'CircleThread') return <Pending failure={failure} retry={again} />
  return (
    <>
      {data.node.posts.edges.map(({ node }) => (
        <Post key={node.id} post={node} />
      ))}
    </>
  )
}

function Reply({ thread }: { thread: Thread }): JSX.Element {
  const { send } = useWords()
  const words = useMore(circleTalkWords)
  const { act, isBusy, refused } = useAct(AddCirclePost)
  const [key, setKey] = useState(() => crypto.randomUUID())

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { text = '' } = formValues(event)
    if (text.trim() === '') return
    if ((await act({ input: { threadId: thread.id, text, idempotencyKey: key } })) === undefined) return
    setKey(crypto.randomUUID())
    form.reset()
  }

  return (
    <>
      <Refusal refused={refused} />
      <form class="say" onSubmit={(event) => void submit(event)}>
        <input name="text" aria-label={words.reply(thread.title)} placeholder={words.replyHere} autocomplete="off" />
        <button disabled={isBusy}>{send}</button>
      </form>
    </>
  )
}

function Begin(): JSX.Element {
  const { send } = useWords()
  const words = useMore(circleTalkWords)
  const { head } = useCircle()
  const { act, isBusy, refused } = useAct(OpenCircleThread)
  const [key, setKey] = useState(() => crypto.randomUUID())

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { title = '', theme = '', text = '', kind = 'TALK' } = formValues(event)
    const input = { circleId: head.id, title, theme, text, kind: kind as CircleThreadKind, idempotencyKey: key }
    if ((await act({ input })) === undefined) return
    setKey(crypto.randomUUID())
    form.reset()
  }

  return (
    <form class="card" aria-label={words.begin} onSubmit={(event) => void submit(event)}>
      <h3>{words.begin}</h3>
      <Taps
        legend={words.what}
        name="kind"
        choices={[
          ['TALK', words.whats.TALK],
          ['ASK', words.whats.ASK],
        ]}
        chosen="TALK"
      />
      <div class="columns">
        <Field label={words.about} name="title" required wrong={refused?.fields['title']} />
        <Field label={words.theme} name="theme" wrong={refused?.fields['theme']} />
      </div>
      <Field label={words.text} name="text" lines={2} required wrong={refused?.fields['text']} />
      <Refusal refused={refused} />
      <div>
        <button disabled={isBusy}>{send}</button>
      </div>
    </form>
  )
}
