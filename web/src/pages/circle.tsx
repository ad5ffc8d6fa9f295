import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Link, useParams } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { AnswerCircleMeeting, JoinCircle, OneCircle } from '../api/gen/documents'
import type { OneCircleQuery } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Feed } from '../circles/feed'
import { seatName } from '../circles/seat-name'
import { Talk } from '../circles/talk'
import { LineNote } from '../rooms/live'
import { Failed, Field, Loading, Refusal, Title, formValues } from '../ui/parts'
import { when } from '../ui/when'
import { ViewerContext } from '../viewer'
import { useNews } from '../webinars/use-news'
import { useWords } from '../words'

type Shown = Extract<OneCircleQuery['node'], { __typename: 'Circle' }>
type Meeting = Shown['meetings']['edges'][number]['node']

export default function CirclePage(): JSX.Element {
  const words = useWords()
  const id = decodeURIComponent(useParams<{ id: string }>().id)
  const { data, failure, again } = useAnswer(OneCircle, { id })
  if (data === undefined) return failure === undefined ? <Loading /> : <Failed failure={failure} retry={again} />
  if (data.node?.__typename !== 'Circle') return <Title>{words.notFound}</Title>
  return <Inside circle={data.node} again={again} />
}

interface Props {
  readonly circle: Shown
  readonly again: () => void
}

function Inside({ circle, again }: Props): JSX.Element {
  const { circles } = useWords()
  const { me } = ViewerContext.use()
  const isIn = circle.mySeat?.state === 'SEATED'
  return (
    <div class="stack">
      <Title>{circle.name}</Title>
      <p>{circle.purpose}</p>
      {circle.norms !== null && (
        <section class="card" aria-label={circles.norms}>
          <h2>{circles.norms}</h2>
          <p>{circle.norms.text}</p>
        </section>
      )}
      {me !== null && !isIn && <Join circle={circle} again={again} />}
      {isIn && <Members circle={circle} again={again} />}
    </div>
  )
}

function Join({ circle, again }: Props): JSX.Element {
  const words = useWords()
  const { circles } = words
  const { act, isBusy, refused } = useAct(JoinCircle)
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const state = circle.mySeat?.state
  if (state === 'APPLIED' || state === 'WAITLISTED') {
    return (
      <p class="note" role="status">
        {circle.placeInLine === null ? circles.asked : circles.inLine(circle.placeInLine)}
      </p>
    )
  }
  if (circle.joinMode === 'INVITE' || circle.joinMode === 'CLOSED') return <p class="note">{circles.byInvitation}</p>
  return (
    <form
      class="card"
      onSubmit={(event) => {
        const { nickname = '', message = '' } = formValues(event)
        const normsNumber = circle.norms?.number ?? null
        void act({ input: { circleId: circle.id, nickname, message, normsNumber, idempotencyKey } }).then(again)
      }}
    >
      <Refusal refused={refused} />
      {circle.naming === 'NICKNAMES' && (
        <Field label={circles.nickname} name="nickname" required wrong={refused?.fields['nickname']} />
      )}
      {circle.joinMode === 'APPROVE' && <Field label={circles.application} name="message" lines={2} />}
      {circle.norms !== null && (
        <label class="check">
          <input type="checkbox" required />
          {circles.agree}
        </label>
      )}
      <div>
        <button class="main" disabled={isBusy}>
          {circles.join}
        </button>
      </div>
    </form>
  )
}

/** What members see. Entries on the circle's topic carry no words, so each is a reason to ask again. */
function Members({ circle, again }: Props): JSX.Element {
  const words = useWords()
  const { circles } = words
  const [news, setNews] = useState(0)
  const [heard] = useState(() => () => {
    setNews((count) => count + 1)
    again()
  })
  useNews(circle.topic, heard)
  return (
    <>
      <LineNote />
      <section class="card" aria-label={circles.members}>
        <h2>{circles.members}</h2>
        <ul class="chips">
          {circle.seats
            .filter((seat) => seat.state === 'SEATED')
            .map((seat) => (
              <li key={seat.id} class="chip">
                {seat.profile !== null && !seat.isMine ? (
                  <Link href={`/people/${encodeURIComponent(seat.profile.id)}`}>{seat.profile.name}</Link>
                ) : (
                  seatName(seat, words)
                )}
              </li>
            ))}
        </ul>
      </section>
      <section class="card" aria-label={circles.meetings}>
        <h2>{circles.meetings}</h2>
        <ul class="stack">
          {circle.meetings.edges.map(({ node }) => (
            <MeetingLine key={node.id} meeting={node} again={again} />
          ))}
        </ul>
      </section>
      <Talk circleId={circle.id} news={news} />
      <Feed circleId={circle.id} news={news} />
    </>
  )
}

function MeetingLine({ meeting, again }: { meeting: Meeting; again: () => void }): JSX.Element {
  const { circles } = useWords()
  const { act, isBusy, refused } = useAct(AnswerCircleMeeting)
  const isComing = meeting.myAnswer === 'COMING' || meeting.myAnswer === 'WAITING'
  return (
    <li class="row spread">
      <span>
        {meeting.title}{' '}
        <span class="soft small">
          {when(meeting.startsAt, document.documentElement.lang)}, {meeting.minutes} min, {circles.coming(meeting.coming)}
        </span>
      </span>
      <button
        type="button"
        aria-pressed={isComing}
        disabled={isBusy}
        onClick={() => void act({ input: { meetingId: meeting.id, isYes: !isComing } }).then(again)}
      >
        {circles.come}
        <span class="hidden">, {when(meeting.startsAt, document.documentElement.lang)}</span>
      </button>
      <Refusal refused={refused} />
    </li>
  )
}
