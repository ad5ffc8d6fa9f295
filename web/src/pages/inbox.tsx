import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { Inbox, MarkRead, PutAwayTold } from '../api/gen/documents'
import type { ToldFragment } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { How } from '../inbox/how'
import { placeOf } from '../inbox/place'
import { LineNote } from '../rooms/live'
import { Empty, Failed, Loading, Refusal, Title } from '../ui/parts'
import { when } from '../ui/when'
import { ViewerContext } from '../viewer'
import { useNews } from '../webinars/use-news'
import { useMore, useWords } from '../words'
import { inboxWords } from '../words/inbox'

export default function InboxPage(): JSX.Element {
  const words = useMore(inboxWords)
  const [pages, setPages] = useState<readonly (string | null)[]>([null])
  return (
    <div class="stack">
      <Title>{words.title}</Title>
      <LineNote />
      {pages.map((after, index) => (
        <Page
          key={after}
          after={after}
          isLast={index === pages.length - 1}
          more={(next) => {
            setPages([...pages, next])
          }}
        />
      ))}
      <How />
    </div>
  )
}

interface PageProps {
  readonly after: string | null
  readonly isLast: boolean
  readonly more: (after: string) => void
}

function Page({ after, isLast, more }: PageProps): JSX.Element {
  const words = useMore(inboxWords)
  const { more: moreWord } = useWords()
  const { me } = ViewerContext.use()
  const { data, failure, again } = useAnswer(Inbox, { after })
  const { act, isBusy, refused } = useActs()
  useNews(me === null ? undefined : `user:${me.liveKey}`, again)
  if (data === undefined) return failure === undefined ? <Loading /> : <Failed failure={failure} retry={again} />
  const { edges, pageInfo } = data.me?.notifications ?? { edges: [], pageInfo: { hasNextPage: false, endCursor: null } }
  const unread = data.me?.unreadNotifications ?? 0
  if (edges.length === 0 && after === null) return <Empty>{words.none}</Empty>
  return (
    <>
      {after === null && (
        <div class="row spread">
          <p role="status">{words.unread(unread)}</p>
          <button
            type="button"
            disabled={isBusy || unread === 0}
            onClick={() => void act(MarkRead, { input: { ids: null, upTo: edges[0]?.node.id ?? null } }).then(again)}
          >
            {words.allRead}
          </button>
        </div>
      )}
      <Refusal refused={refused} />
      <ol class="stack">
        {edges.map(({ node }) => (
          <li key={node.id}>
            <One told={node} again={again} />
          </li>
        ))}
      </ol>
      {isLast && pageInfo.hasNextPage && (
        <div>
          <button
            type="button"
            onClick={() => {
              if (pageInfo.endCursor !== null) more(pageInfo.endCursor)
            }}
          >
            {moreWord}
          </button>
        </div>
      )}
    </>
  )
}

function One({ told, again }: { told: ToldFragment; again: () => void }): JSX.Element {
  const words = useMore(inboxWords)
  const { language } = useWords()
  const { act, isBusy, refused } = useActs()
  const place = placeOf(told.subjectKind, told.subjectId)
  const isUnread = told.state === 'UNREAD'
  const read = (): void => void act(MarkRead, { input: { ids: [told.id], upTo: null } }).then(again)
  return (
    <article class={isUnread ? 'card lit' : 'card'} aria-label={told.text}>
      <p>
        {isUnread && <span class="chip warm">{words.isNew}</span>} {told.text}
      </p>
      <p class="small soft">
        {words.groups[told.group]}, {when(told.at, language)}
      </p>
      <Refusal refused={refused} />
      <div class="row">
        {place !== undefined && (
          <Link class="button" href={place} onClick={read}>
            {words.open}
            <span class="hidden">: {told.text}</span>
          </Link>
        )}
        {isUnread && (
          <button type="button" class="plain" disabled={isBusy} onClick={read}>
            {words.read}
          </button>
        )}
        <button
          type="button"
          class="plain"
          disabled={isBusy}
          onClick={() => void act(PutAwayTold, { id: told.id }).then(again)}
        >
          {words.away}
        </button>
      </div>
      <details>
        <summary class="small soft">{words.why}</summary>
        <p class="small">
          {told.why} {told.howToStop}
        </p>
      </details>
    </article>
  )
}
