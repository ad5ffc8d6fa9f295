/** A circle for who has no seat in it: the way in, how one's asking stands, an invitation, a guest's one meeting. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'

import { AnswerCircleInvitation, JoinCircle, LeaveCircle } from '../api/gen/documents'
import { useAct, useActs } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import { when } from '../ui/when'
import { useMore, useWords } from '../words'
import { circleSeatWords } from '../words/circle-seat'
import { circleWords } from '../words/circles'
import { meetingPath, useCircle } from './circle'
import { Leave } from './leave'

export default function Door(): JSX.Element {
  const words = useMore(circleSeatWords)
  const frame = useMore(circleWords)
  const { head } = useCircle()
  const state = head.mySeat?.state
  return (
    <>
      {head.norms !== null && (
        <section class="card" aria-label={frame.norms}>
          <h2>{frame.norms}</h2>
          <p class="lines">{head.norms.text}</p>
        </section>
      )}
      {state === 'APPLIED' || state === 'WAITLISTED' ? (
        <Asked />
      ) : state === 'INVITED' ? (
        <Invited />
      ) : state === 'SEATED' ? (
        <Guest />
      ) : head.joinMode === 'INVITE' ? (
        <p class="note">{words.byInvitation}</p>
      ) : head.joinMode === 'CLOSED' || head.state === 'CLOSING' || head.state === 'ALUMNI' ? (
        <p class="note">{words.closed}</p>
      ) : (
        <Join />
      )}
    </>
  )
}

function Asked(): JSX.Element {
  const words = useMore(circleSeatWords)
  const { head } = useCircle()
  const { act, isBusy, refused } = useAct(LeaveCircle)
  return (
    <div class="card lit">
      <p role="status">{head.placeInLine === null ? words.asked : words.inLine(head.placeInLine)}</p>
      <Refusal refused={refused} />
      <div>
        <button type="button" disabled={isBusy} onClick={() => void act({ input: { circleId: head.id } })}>
          {words.takeBack}
        </button>
      </div>
    </div>
  )
}

/** What one says to come in: a name where nicknames are used, and that one holds to the norms. */
function Terms({ wrong }: { wrong: string | undefined }): JSX.Element {
  const words = useMore(circleSeatWords)
  const { agree } = useMore(circleWords)
  const { head } = useCircle()
  return (
    <>
      {head.naming === 'NICKNAMES' && (
        <Field label={words.nickname} hint={words.nicknameHint} name="nickname" required wrong={wrong} />
      )}
      {head.norms !== null && (
        <label class="check">
          <input type="checkbox" required />
          {agree}
        </label>
      )}
    </>
  )
}

function Join(): JSX.Element {
  const words = useMore(circleSeatWords)
  const { head } = useCircle()
  const { act, isBusy, refused } = useAct(JoinCircle)
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  return (
    <form
      class="card"
      aria-label={words.join}
      onSubmit={(event) => {
        const { nickname = '', message = '' } = formValues(event)
        const normsNumber = head.norms?.number ?? null
        void act({ input: { circleId: head.id, nickname, message, normsNumber, idempotencyKey } })
      }}
    >
      {head.joinMode !== 'OPEN' && (
        <Field label={words.application} name="message" lines={2} wrong={refused?.fields['message']} />
      )}
      <Terms wrong={refused?.fields['nickname']} />
      <Refusal refused={refused} />
      <div>
        <button class="main" disabled={isBusy}>
          {words.join}
        </button>
      </div>
    </form>
  )
}

function Invited(): JSX.Element {
  const words = useMore(circleSeatWords)
  const { language } = useWords()
  const { head } = useCircle()
  const { act, isBusy, refused } = useActs()
  const guest = head.guestMeeting
  const answer = (isYes: boolean, nickname: string): void =>
    void act(AnswerCircleInvitation, {
      input: { circleId: head.id, isYes, nickname, normsNumber: head.norms?.number ?? null },
    })
  return (
    <form
      class="card lit"
      aria-label={words.join}
      onSubmit={(event) => {
        answer(true, formValues(event)['nickname'] ?? '')
      }}
    >
      <p>{guest === null ? words.invited : words.invitedOnce(guest.title, when(guest.startsAt, language))}</p>
      <Terms wrong={refused?.fields['nickname']} />
      <Refusal refused={refused} />
      <div class="row">
        <button class="main" disabled={isBusy}>
          {words.join}
        </button>
        <button type="button" disabled={isBusy} onClick={() => { answer(false, '') }}>
          {words.decline}
        </button>
      </div>
    </form>
  )
}

function Guest(): JSX.Element {
  const words = useMore(circleSeatWords)
  const { language } = useWords()
  const { head } = useCircle()
  const guest = head.guestMeeting
  return (
    <section class="card" aria-label={words.guestOf}>
      <h2>{words.guestOf}</h2>
      {guest !== null && (
        <p>
          <Link href={meetingPath(head.id, guest.meetingId)}>{guest.title}</Link>, {when(guest.startsAt, language)}
        </p>
      )}
      <p class="small soft">{words.guestHint}</p>
      <Leave />
    </section>
  )
}
