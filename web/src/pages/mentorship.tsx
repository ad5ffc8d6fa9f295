/** One mentorship: where it stands, and a part of its page for each of what the two do together. */

import type { ComponentType, JSX } from 'preact'
import { Suspense, lazy } from 'preact/compat'
import { useEffect, useMemo } from 'preact/hooks'
import { Link, useLocation, useParams } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { OneMentorship } from '../api/gen/documents'
import type { MentorshipHeadFragment, OneMentorshipQuery } from '../api/gen/types'
import { homeOf, markOf, partPath, waiting } from '../mentorship/next'
import type { Part } from '../mentorship/next'
import { Now } from '../mentorship/now'
import type { Tie } from '../mentorship/tie'
import { TieProvider, useNow, useTie } from '../mentorship/tie'
import { LineNote } from '../rooms/live'
import { Face, Failed, Loading, Title } from '../ui/parts'
import { day } from '../ui/when'
import type { Me } from '../viewer'
import { ViewerContext } from '../viewer'
import { useNews } from '../webinars/use-news'
import { useMore, useWords } from '../words'
import { mentorshipWords } from '../words/mentorship'

const PARTS: Readonly<Record<Exclude<Part, ''>, ComponentType>> = {
  meetings: lazy(() => import('../mentorship/meetings')),
  goals: lazy(() => import('../mentorship/goals')),
  agreement: lazy(() => import('../mentorship/agreement')),
  notes: lazy(() => import('../mentorship/notes')),
  road: lazy(() => import('../mentorship/road')),
}
const OVER = ['COMPLETED', 'ENDED_EARLY', 'RENEWED', 'TRANSFERRED']

export default function MentorshipPage(): JSX.Element {
  const { notFound } = useWords()
  const { me } = ViewerContext.use()
  const [, go] = useLocation()
  const id = decodeURIComponent(useParams<{ id: string }>().id)
  const { data, failure, again } = useAnswer(OneMentorship, { id })
  useNews(me === null ? undefined : `user:${me.liveKey}`, again)
  const [home, part] = homeOf(data?.node) ?? []
  useEffect(() => {
    // On the way there the answer is about the thing still, and the address about its mentorship already.
    if (home !== undefined && part !== undefined && home !== id) go(`${partPath(home, part)}#${encodeURIComponent(id)}`, { replace: true })
  }, [home, part, id, go])
  if (data === undefined) return failure === undefined ? <Loading /> : <Failed failure={failure} retry={again} />
  if (home !== undefined) return <Loading />
  if (me === null || data.node?.__typename !== 'Mentorship') return <Title>{notFound}</Title>
  return <Inside head={data.node} all={data} me={me} changed={again} />
}

interface InsideProps {
  readonly head: MentorshipHeadFragment
  readonly all: OneMentorshipQuery
  readonly me: Me
  readonly changed: () => void
}

function Inside({ head, all, me, changed }: InsideProps): JSX.Element {
  const words = useMore(mentorshipWords)
  const { notFound, room } = useWords()
  const { part = '' } = useParams<{ part?: string }>()
  const now = useNow()
  const tie = useMemo<Tie>(() => {
    const isMentor = head.mentor?.liveKey === me.liveKey
    const [mine, other] = isMentor ? [head.mentor, head.mentee] : [head.mentee, head.mentor]
    const isGoingOn = !OVER.includes(head.state)
    return { head, me, myId: mine?.id ?? '', other, otherName: other?.name ?? room.somebody, isMentor, isGoingOn, changed }
  }, [head, me, changed, room.somebody])
  const isAbout = (each: { readonly mentorship: { readonly id: string } | null }): boolean => each.mentorship?.id === head.id
  const waits = waiting(head, {
    myId: tie.myId,
    isMentor: tie.isMentor,
    isAskedNext: all.mentorshipProposals.edges.some(({ node }) => node.isForMe && isAbout(node)),
    isAskedOutcome: all.outcomeQuestions.edges.some(
      ({ node }) => node.answeredAt === null && isAbout(node) && Date.parse(node.closesAt) > now,
    ),
    now,
  })
  const Shown = part === '' ? undefined : (PARTS as Readonly<Record<string, ComponentType | undefined>>)[part]
  return (
    <TieProvider value={tie}>
      <div class="stack">
        <p class="small">
          <Link href="/mentorships">{words.all}</Link>
        </p>
        <Header isWhole={part === '' || part === 'road'} />
        <LineNote />
        <Parts part={part} />
        <Suspense fallback={<Loading />}>
          {part === '' ? <Now waits={waits} /> : Shown === undefined ? <p class="note">{notFound}</p> : <Shown />}
        </Suspense>
      </div>
    </TieProvider>
  )
}

/** Who, and how it stands. Whole where one looks at the mentorship itself; short above what one works on. */
function Header({ isWhole }: { isWhole: boolean }): JSX.Element {
  const words = useMore(mentorshipWords)
  const { formats, language } = useWords()
  const { head, otherName, isMentor } = useTie()
  return (
    <header class="stack">
      <div class="beside">
        <Face name={otherName} />
        <Title>{words.title(otherName)}</Title>
      </div>
      <p class="soft">
        {isMentor ? words.youMentor(otherName) : words.mentorsYou(otherName)}, {words.since(day(head.createdAt, language))}{' '}
        <span class="chip">{formats[head.format]}</span> <span class="chip warm">{words.states[head.state]}</span>
      </p>
      {isWhole && (
        <>
          <blockquote class="large">{head.goal}</blockquote>
          <Journey />
        </>
      )}
    </header>
  )
}

const MARKS = ['UNDER_WAY', 'CLOSING', 'DONE'] as const

function Journey(): JSX.Element {
  const words = useMore(mentorshipWords)
  const { head } = useTie()
  const standing = useStanding()
  const mark = markOf(head.state)
  return (
    <div class="stack tight">
      {mark !== undefined && (
        <ol class="journey">
          {MARKS.map((each, place) => (
            <li
              key={each}
              class={place < MARKS.indexOf(mark) ? 'passed' : undefined}
              aria-current={each === mark ? 'step' : undefined}
            >
              {each === 'UNDER_WAY' && head.state === 'TRIAL' ? words.trial : words.marks[each]}
            </li>
          ))}
        </ol>
      )}
      {standing !== undefined && <p>{standing}</p>}
    </div>
  )
}

/** A sentence about a state that has more to it than its name. */
function useStanding(): string | undefined {
  const words = useMore(mentorshipWords)
  const { language } = useWords()
  const { head } = useTie()
  const { pause, closing, trialUntil, endedAt } = head
  if (pause?.until != null) return words.pausedUntil(day(pause.until, language), words.pauseReasons[pause.reason ?? 'OTHER'])
  if (closing !== null) return words.closingUntil(day(closing.completesAt, language))
  if (head.state === 'TRIAL' && trialUntil !== null) return words.trialUntil(day(trialUntil, language))
  return endedAt === null ? undefined : words.endedOn(day(endedAt, language))
}

function Parts({ part }: { part: string }): JSX.Element {
  const words = useMore(mentorshipWords)
  const { head } = useTie()
  return (
    <nav class="tabs" aria-label={words.parts.label}>
      <ul>
        {(['', 'meetings', 'goals', 'agreement', 'notes', 'road'] as const).map((each) => (
          <li key={each}>
            <Link href={partPath(head.id, each)} aria-current={each === part ? 'page' : undefined}>
              {words.parts[each]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
