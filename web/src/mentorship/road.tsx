/** The road of a mentorship: pause and go on, look back, go on otherwise, end. */

import type { JSX } from 'preact'
import { Suspense, lazy } from 'preact/compat'

import { RoadOf } from '../api/gen/documents'
import type { MentorshipState } from '../api/gen/types'
import { KudosLink } from '../kudos/link'
import { Failed, Loading } from '../ui/parts'
import { useMore } from '../words'
import { roadWords } from '../words/road'
import { Closing, Ending, Pausing, Resuming } from './moves'
import { Proposal } from './proposal'
import { usePart, useTie } from './tie'

const Feedback = lazy(() => import('./feedback'))
const Outcomes = lazy(() => import('./outcomes'))
const Onward = lazy(() => import('./onward'))
const Rematch = lazy(() => import('../waiting/rematch'))
const Brief = lazy(() => import('./brief'))

const CLOSABLE: readonly MentorshipState[] = ['TRIAL', 'ACTIVE', 'PAUSED']

export default function Road(): JSX.Element {
  const words = useMore(roadWords)
  const { head, isGoingOn, isMentor } = useTie()
  const { data, failure, done } = usePart(RoadOf)
  if (data?.node?.__typename !== 'Mentorship') {
    return failure === undefined ? <Loading /> : <Failed failure={failure} retry={done} />
  }
  const { feedback } = data.node
  const proposals = data.mentorshipProposals.edges.map(({ node }) => node)
  const open = proposals.filter((each) => each.state === 'ASKED' && each.mentorship?.id === head.id)
  const questions = data.outcomeQuestions.edges.map(({ node }) => node)
  const about = questions.filter((each) => each.mentorship?.id === head.id)
  const isLookedBackOn = feedback.canGive || feedback.mine !== null || feedback.received !== null
  return (
    <div class="stack">
      {open.length > 0 && (
        <section class="stack" aria-label={words.proposed}>
          <h2>{words.proposed}</h2>
          {open.map((each) => (
            <Proposal key={each.id} proposal={each} done={done} />
          ))}
        </section>
      )}
      <Suspense fallback={<Loading />}>
        {about.map((question) => (
          <Outcomes key={question.id} question={question} done={done} />
        ))}
        {isLookedBackOn && <Feedback feedback={feedback} done={done} />}
        <KudosLink aboutId={head.id} />
        <div class="halves">
          {head.state === 'ACTIVE' && <Pausing done={done} />}
          {head.state === 'PAUSED' && <Resuming done={done} />}
          {isGoingOn && <Brief done={done} />}
          {CLOSABLE.includes(head.state) && <Closing done={done} />}
          {(isGoingOn || head.state === 'COMPLETED') && open.length === 0 && <Onward done={done} />}
          {isGoingOn && !isMentor && <Rematch mentorshipId={head.id} />}
          {isGoingOn && <Ending done={done} />}
        </div>
      </Suspense>
    </div>
  )
}
