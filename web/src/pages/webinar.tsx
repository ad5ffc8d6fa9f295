import type { JSX } from 'preact'
import { Suspense, lazy } from 'preact/compat'
import { useState } from 'preact/hooks'
import { useParams } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { AskQuestion, JoinWebinar, OneWebinar, RegisterForWebinar } from '../api/gen/documents'
import type { WebinarCardFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Failed, Field, Loading, Refusal, Title, formValues } from '../ui/parts'
import { when } from '../ui/when'
import { ViewerContext } from '../viewer'
import { Questions } from '../webinars/questions'
import { isOfTheEvent, topicOf, useNews } from '../webinars/use-news'
import { useWords } from '../words'

const Desk = lazy(() => import('../webinars/desk'))
const Mine = lazy(() => import('../webinars/mine'))
const Polls = lazy(() => import('../webinars/polls'))
const Transparency = lazy(() => import('../webinars/transparency'))

const STAFF = ['HOST', 'COHOST', 'MODERATOR']

export default function WebinarPage(): JSX.Element {
  const words = useWords()
  const id = decodeURIComponent(useParams<{ id: string }>().id)
  const { data, failure, again } = useAnswer(OneWebinar, { id })
  if (data === undefined) return failure === undefined ? <Loading /> : <Failed failure={failure} retry={again} />
  if (data.node?.__typename !== 'Webinar') return <Title>{words.notFound}</Title>
  return <Inside webinar={data.node} again={again} />
}

function Inside({ webinar, again }: { webinar: WebinarCardFragment; again: () => void }): JSX.Element {
  const { me } = ViewerContext.use()
  useNews(topicOf(webinar), again, isOfTheEvent)
  const isStaff = webinar.mine.role !== null && STAFF.includes(webinar.mine.role)
  return (
    <div class="stack">
      <Title>{webinar.title}</Title>
      <p class="soft">{when(webinar.startsAt, document.documentElement.lang)}</p>
      <p>{webinar.description}</p>
      {me !== null && !isStaff && <Place webinar={webinar} />}
      <Suspense fallback={<Loading />}>
        {isStaff && <Desk webinar={webinar} />}
        {me !== null && webinar.questionsOpen && !isStaff && <Ask webinar={webinar} />}
        {me !== null && !isStaff && <Mine webinarId={webinar.id} />}
        {me !== null && !isStaff && <Polls webinar={webinar} />}
        {!isStaff && <Questions webinar={webinar} />}
        <Transparency webinar={webinar} />
      </Suspense>
    </div>
  )
}

function Place({ webinar }: { webinar: WebinarCardFragment }): JSX.Element {
  const { webinars } = useWords()
  const registering = useAct(RegisterForWebinar)
  const joining = useAct(JoinWebinar)
  const isIn = webinar.mine.registration === 'REGISTERED'
  return (
    <div class="stack">
      <Refusal refused={registering.refused ?? joining.refused} />
      <div class="row">
        {isIn ? (
          <p class="note" role="status">
            {webinars.registered}
          </p>
        ) : (
          <button type="button" class="main" onClick={() => void registering.act({ id: webinar.id })}>
            {webinars.register}
          </button>
        )}
        {webinar.state === 'LIVE' && (
          <button type="button" class="main" onClick={() => void joining.act({ id: webinar.id })}>
            {webinars.join}
          </button>
        )}
      </div>
    </div>
  )
}

function Ask({ webinar }: { webinar: WebinarCardFragment }): JSX.Element {
  const { webinars, send } = useWords()
  const { act, isBusy, refused } = useAct(AskQuestion)
  const [key, setKey] = useState(() => crypto.randomUUID())

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { text = '', anonymous } = formValues(event)
    const payload = await act({
      input: {
        webinarId: webinar.id,
        text,
        anonymous: anonymous === 'on',
        language: document.documentElement.lang,
        idempotencyKey: key,
      },
    })
    if (payload === undefined) return
    setKey(crypto.randomUUID())
    form.reset()
  }

  return (
    <form class="card" onSubmit={(event) => void submit(event)}>
      <Refusal refused={refused} />
      <Field label={webinars.ask} name="text" lines={2} required wrong={refused?.fields['text']} />
      {webinar.anonymity === 'OPTIONAL' && (
        <label class="check">
          <input type="checkbox" name="anonymous" />
          {webinars.anonymous}
        </label>
      )}
      <div class="row">
        <button class="main" disabled={isBusy}>
          {send}
        </button>
      </div>
    </form>
  )
}
