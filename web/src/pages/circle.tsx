/** One circle: what it is, the way in for who is outside, and a part of its page for each of what members do in it. */

import type { ComponentType, JSX } from 'preact'
import { Suspense, lazy } from 'preact/compat'
import { useEffect, useMemo } from 'preact/hooks'
import { Link, useParams } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { OneCircle } from '../api/gen/documents'
import type { CircleHeadFragment } from '../api/gen/types'
import { CircleProvider, circleOf, circlePath, useCircle } from '../circles/circle'
import { LineNote } from '../rooms/live'
import { Loading, Pending, Title } from '../ui/parts'
import { ViewerContext } from '../viewer'
import { useNews } from '../webinars/use-news'
import { useMore, useWords } from '../words'
import { circleWords } from '../words/circles'

const Door = lazy(() => import('../circles/door'))
const LOADS = {
  '': () => import('../circles/now'),
  meetings: () => import('../circles/meetings'),
  shared: () => import('../circles/shared'),
  care: () => import('../circles/care'),
  desk: () => import('../circles/desk'),
}
const PARTS: Readonly<Record<string, ComponentType | undefined>> = {
  '': lazy(LOADS['']),
  meetings: lazy(LOADS.meetings),
  shared: lazy(LOADS.shared),
  care: lazy(LOADS.care),
  desk: lazy(LOADS.desk),
}

export default function CirclePage(): JSX.Element {
  const { notFound } = useWords()
  const id = decodeURIComponent(useParams<{ id: string }>().id)
  const { me } = ViewerContext.use()
  const { part = '' } = useParams<{ part?: string }>()
  const { data, failure, again } = useAnswer(OneCircle, { id })
  const isMember = me !== null
  useEffect(() => {
    // The part comes while the circle is asked for, not after it. What fails here is asked for once more when it is shown.
    if (isMember && part in LOADS) LOADS[part as keyof typeof LOADS]().catch(() => undefined)
  }, [isMember, part])
  const head = data?.node?.__typename === 'Circle' ? data.node : undefined
  // Whoever has no seat would be refused the circle's topic, for good; they are told when they get one.
  const own = me === null ? undefined : `user:${me.liveKey}`
  useNews(head === undefined ? undefined : head.mySeat?.state === 'SEATED' ? head.topic : own, again)
  if (data === undefined) return <Pending failure={failure} retry={again} />
  if (head === undefined) return <Title>{notFound}</Title>
  return <Inside head={head} />
}

function Inside({ head }: { head: CircleHeadFragment }): JSX.Element {
  const words = useMore(circleWords)
  const { me } = ViewerContext.use()
  const { part = '' } = useParams<{ part?: string }>()
  const circle = useMemo(() => circleOf(head), [head])
  const isMember = head.mySeat?.state === 'SEATED' && head.mySeat.role !== 'GUEST'
  return (
    <CircleProvider value={circle}>
      <div class="stack">
        <p class="small">
          <Link href="/circles">{words.all}</Link>
        </p>
        <Header isWhole={part === ''} />
        <LineNote />
        {!circle.isOpen && <p class="note">{words.archive}</p>}
        {isMember ? (
          <Parts part={part} />
        ) : (
          me !== null && (
            <Suspense fallback={<Loading />}>
              <Door />
            </Suspense>
          )
        )}
      </div>
    </CircleProvider>
  )
}

/** Whole where one looks at the circle itself; short above what one works on. */
function Header({ isWhole }: { isWhole: boolean }): JSX.Element {
  const words = useMore(circleWords)
  const { head } = useCircle()
  return (
    <header class="stack tight">
      <Title>{head.name}</Title>
      {isWhole && <p class="lines">{head.purpose}</p>}
      <ul class="chips">
        <li class="chip">{words.kinds[head.kind]}</li>
        {head.theme !== '' && <li class="chip">{head.theme}</li>}
        <li class="chip">{words.size(head.least, head.most)}</li>
        {head.state !== 'ACTIVE' && <li class="chip warm">{words.states[head.state]}</li>}
      </ul>
      {isWhole && <p class="small soft">{words.confidentiality[head.confidentiality]}</p>}
    </header>
  )
}

function Parts({ part }: { part: string }): JSX.Element {
  const words = useMore(circleWords)
  const { notFound } = useWords()
  const { head, isLed } = useCircle()
  const Shown = part === 'desk' && !isLed ? undefined : PARTS[part]
  return (
    <>
      <nav class="tabs" aria-label={words.parts.label}>
        <ul>
          {(['', 'meetings', 'shared', 'care', 'desk'] as const)
            .filter((each) => each !== 'desk' || isLed)
            .map((each) => (
              <li key={each}>
                <Link href={circlePath(head.id, each)} aria-current={each === part ? 'page' : undefined}>
                  {words.parts[each]}
                </Link>
              </li>
            ))}
        </ul>
      </nav>
      <Suspense fallback={<Loading />}>
        {Shown === undefined ? <p class="note">{notFound}</p> : <Shown />}
      </Suspense>
    </>
  )
}
