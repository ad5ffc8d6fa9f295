/** Circles: the viewer's, those that take people in, and the way to propose one. */

import type { JSX } from 'preact'
import { lazy } from 'preact/compat'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { Circles, MyCircles } from '../api/gen/documents'
import type { CircleCardFragment } from '../api/gen/types'
import { circlePath } from '../circles/circle'
import { useMine } from '../community/use-mine'
import { Later } from '../ui/later'
import { More, usePages } from '../ui/paging'
import { Empty, Field, Pending, Title } from '../ui/parts'
import { ViewerContext } from '../viewer'
import { useMore } from '../words'
import { circleListWords } from '../words/circle-list'
import { circleWords } from '../words/circles'

const ProposeForm = lazy(() => import('../circles/propose'))

export default function CirclesPage(): JSX.Element {
  const words = useMore(circleListWords)
  const { propose } = useMore(circleWords)
  const { me } = ViewerContext.use()
  return (
    <div class="stack">
      <Title>{words.title}</Title>
      {me !== null && (
        <>
          <Later label={propose}>
            <ProposeForm />
          </Later>
          <Mine />
        </>
      )}
      <Open />
    </div>
  )
}

function Mine(): JSX.Element | null {
  const words = useMore(circleListWords)
  const { data } = useMine(MyCircles, {})
  const mine = (data?.myCircles.edges ?? []).map(({ node }) => node)
  if (mine.length === 0) return null
  return (
    <section class="stack" aria-label={words.mine}>
      <h2>{words.mine}</h2>
      <Cards circles={mine} />
    </section>
  )
}

function Open(): JSX.Element {
  const words = useMore(circleListWords)
  const [text, setText] = useState('')
  const { cursors, add, restart } = usePages()
  return (
    <section class="stack" aria-label={words.open}>
      <h2>{words.open}</h2>
      <Field
        label={words.search}
        name="text"
        onInput={(typed) => {
          setText(typed)
          restart()
        }}
      />
      {cursors.map((after, place) => (
        <Page
          key={`${text}/${String(after)}`}
          text={text}
          after={after}
          add={place === cursors.length - 1 ? add : undefined}
        />
      ))}
    </section>
  )
}

/** Those stand above, among the viewer's. */
function isOwn({ mySeat }: CircleCardFragment): boolean {
  return mySeat !== null && ['SEATED', 'INVITED', 'APPLIED', 'WAITLISTED'].includes(mySeat.state)
}

interface PageProps {
  readonly text: string
  readonly after: string | null
  /** Of the last page that is shown. */
  readonly add: ((cursor: string) => void) | undefined
}

function Page({ text, after, add }: PageProps): JSX.Element {
  const words = useMore(circleListWords)
  const { data, failure, again } = useAnswer(Circles, { text, after })
  if (data === undefined) return <Pending failure={failure} retry={again} />
  const { edges, pageInfo } = data.circles
  const open = edges.map(({ node }) => node).filter((each) => !isOwn(each))
  if (open.length === 0 && after === null && !pageInfo.hasNextPage) return <Empty>{words.none}</Empty>
  return (
    <>
      <Cards circles={open} />
      <More pageInfo={pageInfo} add={add} />
    </>
  )
}

function Cards({ circles }: { circles: readonly CircleCardFragment[] }): JSX.Element {
  return (
    <div class="cards">
      {circles.map((circle) => (
        <Card key={circle.id} circle={circle} />
      ))}
    </div>
  )
}

function Card({ circle }: { circle: CircleCardFragment }): JSX.Element {
  const words = useMore(circleListWords)
  const { kinds, states } = useMore(circleWords)
  const { name, purpose, kind, theme, state, mySeat } = circle
  const asking: Readonly<Record<string, string | undefined>> = words.asking
  const standing = mySeat === null ? undefined : mySeat.state === 'SEATED' ? words.yours[mySeat.role] : asking[mySeat.state]
  return (
    <article class="card">
      <h3>
        <Link href={circlePath(circle.id)}>{name}</Link>
      </h3>
      <p>{purpose}</p>
      <ul class="chips">
        <li class="chip">{kinds[kind]}</li>
        {theme !== '' && <li class="chip">{theme}</li>}
        {state !== 'ACTIVE' && <li class="chip">{states[state]}</li>}
        {standing !== undefined && <li class="chip warm">{standing}</li>}
      </ul>
    </article>
  )
}
