import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { Circles, MyCircles } from '../api/gen/documents'
import type { CircleCardFragment } from '../api/gen/types'
import { Empty, Failed, Field, Loading, Title } from '../ui/parts'
import { ViewerContext } from '../viewer'
import { useWords } from '../words'

export default function CirclesPage(): JSX.Element {
  const { circles } = useWords()
  const { me } = ViewerContext.use()
  const [text, setText] = useState('')
  const { data, failure, again } = useAnswer(Circles, { text })
  const found = data?.circles.edges.map(({ node }) => node)
  return (
    <div class="stack">
      <Title>{circles.title}</Title>
      {me !== null && <Mine />}
      <section class="stack" aria-label={circles.open}>
        <h2>{circles.open}</h2>
        <Field label={circles.search} name="text" onInput={setText} />
        {found === undefined ? (
          failure === undefined ? (
            <Loading />
          ) : (
            <Failed failure={failure} retry={again} />
          )
        ) : found.length === 0 ? (
          <Empty>{circles.none}</Empty>
        ) : (
          <Cards circles={found} />
        )}
      </section>
    </div>
  )
}

function Mine(): JSX.Element | null {
  const { circles } = useWords()
  const { data } = useAnswer(MyCircles, {})
  const mine = (data?.myCircles.edges ?? []).map(({ node }) => node)
  if (mine.length === 0) return null
  return (
    <section class="stack" aria-label={circles.mine}>
      <h2>{circles.mine}</h2>
      <Cards circles={mine} />
    </section>
  )
}

function Cards({ circles }: { circles: readonly CircleCardFragment[] }): JSX.Element {
  const words = useWords()
  return (
    <div class="cards">
      {circles.map((circle) => (
        <article key={circle.id} class="card">
          <h3>
            <Link href={`/circles/${encodeURIComponent(circle.id)}`}>{circle.name}</Link>
          </h3>
          <p>{circle.purpose}</p>
          <ul class="chips">
            <li class="chip">{words.circles.kinds[circle.kind]}</li>
            {circle.theme !== '' && <li class="chip">{circle.theme}</li>}
          </ul>
        </article>
      ))}
    </div>
  )
}
