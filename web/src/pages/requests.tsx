import type { JSX } from 'preact'
import { Suspense, lazy } from 'preact/compat'
import { useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { AcceptRequest, DeclineRequest, Requests, WithdrawRequest } from '../api/gen/documents'
import type { DeclineReason, RequestBox, RequestCardFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { AnswerBack, AskBack, PassOn } from '../requests/between'
import { RequestTabs } from '../requests/tabs'
import { Choice, Empty, Failed, Face, Loading, Refusal, Title } from '../ui/parts'
import { thing } from '../ui/thing'
import { when } from '../ui/when'
import { useWords } from '../words'

const FromRequest = lazy(() => import('../waiting/from-request'))

const FOUND_NOBODY: readonly RequestCardFragment['state'][] = ['DECLINED', 'EXPIRED', 'INVALIDATED']
const OPEN: readonly RequestCardFragment['state'][] = ['SENT', 'VIEWED', 'INFO_REQUESTED']

export default function RequestsPage(): JSX.Element {
  const { requests } = useWords()
  return (
    <div class="stack">
      <Title>{requests.title}</Title>
      <RequestTabs />
      <Box box="RECEIVED" label={requests.received} none={requests.noneReceived} />
      <Box box="SENT" label={requests.sent} none={requests.noneSent} />
    </div>
  )
}

function Box({ box, label, none }: { box: RequestBox; label: string; none: string }): JSX.Element {
  const { data, failure, again } = useAnswer(Requests, { box, states: null })
  const requests = data?.requests.edges.map(({ node }) => node)
  return (
    <section class="stack" aria-label={label}>
      <h2>{label}</h2>
      {requests === undefined ? (
        failure === undefined ? (
          <Loading />
        ) : (
          <Failed failure={failure} retry={again} />
        )
      ) : requests.length === 0 ? (
        <Empty>{none}</Empty>
      ) : (
        <div class="cards">
          {requests.map((request) => (
            <Card key={request.id} request={request} box={box} />
          ))}
        </div>
      )}
    </section>
  )
}

function Card({ request, box }: { request: RequestCardFragment; box: RequestBox }): JSX.Element {
  const words = useWords()
  const other = box === 'RECEIVED' ? request.sender : request.receiver
  const name = other?.name ?? words.room.somebody
  const isOpen = OPEN.includes(request.state)
  const mayWait = box === 'SENT' && FOUND_NOBODY.includes(request.state) && request.mentee?.id === request.sender?.id
  return (
    <article class="card" {...thing(request.id)}>
      <div class="row">
        <Face name={name} />
        <h3>{name}</h3>
        <span class="chip">{words.requestStates[request.state]}</span>
      </div>
      <p>{request.goal}</p>
      <p class="soft small">{request.message}</p>
      <p class="small">
        {words.formats[request.format]}, {request.minutesNeeded} min
        {isOpen &&
          request.expiresAt !== null &&
          `, ${words.requests.until(when(request.expiresAt, document.documentElement.lang))}`}
      </p>
      <AskedBack request={request} />
      {isOpen && (box === 'RECEIVED' ? <Answer request={request} /> : <TakeBack request={request} />)}
      {mayWait && (
        <Suspense fallback={<Loading />}>
          <FromRequest requestId={request.id} />
        </Suspense>
      )}
    </article>
  )
}

/** What was asked back, while it waits for an answer. */
function AskedBack({ request }: { request: RequestCardFragment }): JSX.Element | null {
  const asked = request.events.edges[0]?.node
  if (request.state !== 'INFO_REQUESTED' || asked?.state !== 'INFO_REQUESTED') return null
  return <p class="note">{asked.text}</p>
}

function Answer({ request }: { request: RequestCardFragment }): JSX.Element {
  const words = useWords()
  const [, go] = useLocation()
  const accepting = useAct(AcceptRequest)
  const declining = useAct(DeclineRequest)
  const [reason, setReason] = useState<DeclineReason>('NO_TIME')
  const asked = { requestId: request.id, expectedVersion: request.version }

  return (
    <>
      <Refusal refused={accepting.refused ?? declining.refused} />
      <div class="row">
        <button
          type="button"
          class="main"
          disabled={accepting.isBusy}
          onClick={() =>
            void accepting.act({ input: asked }).then((done) => {
              if (done !== undefined) go('/mentorships')
            })
          }
        >
          {words.requests.accept}
        </button>
      </div>
      {request.state !== 'INFO_REQUESTED' && <AskBack request={request} />}
      <PassOn request={request} />
      <details>
        <summary>{words.requests.decline}</summary>
        <div class="stack">
          <Choice label={words.requests.reason} value={reason} choices={words.declineReasons} onChange={setReason} />
          <div>
            <button
              type="button"
              disabled={declining.isBusy}
              onClick={() => void declining.act({ input: { ...asked, reason, note: '' } })}
            >
              {words.requests.decline}
            </button>
          </div>
        </div>
      </details>
    </>
  )
}

function TakeBack({ request }: { request: RequestCardFragment }): JSX.Element {
  const { requests } = useWords()
  const { act, isBusy, refused } = useAct(WithdrawRequest)
  return (
    <>
      <Refusal refused={refused} />
      {request.state === 'INFO_REQUESTED' && <AnswerBack request={request} />}
      <div>
        <button
          type="button"
          disabled={isBusy}
          onClick={() => void act({ input: { requestId: request.id, expectedVersion: request.version } })}
        >
          {requests.withdraw}
        </button>
      </div>
    </>
  )
}
