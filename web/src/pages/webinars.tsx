import type { JSX } from 'preact'
import { Link } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { Webinars } from '../api/gen/documents'
import { Empty, Failed, Loading, Title } from '../ui/parts'
import { when } from '../ui/when'
import { useWords } from '../words'

export default function WebinarsPage(): JSX.Element {
  const { webinars } = useWords()
  const { data, failure, again } = useAnswer(Webinars, {})
  return (
    <div class="stack">
      <Title>{webinars.title}</Title>
      {data === undefined ? (
        failure === undefined ? (
          <Loading />
        ) : (
          <Failed failure={failure} retry={again} />
        )
      ) : data.webinars.edges.length === 0 ? (
        <Empty>{webinars.none}</Empty>
      ) : (
        <div class="cards">
          {data.webinars.edges.map(({ node }) => (
            <article key={node.id} class="card">
              <h2>
                <Link href={`/webinars/${encodeURIComponent(node.id)}`}>{node.title}</Link>
              </h2>
              <p class="soft small">
                {when(node.startsAt, document.documentElement.lang)}{' '}
                {node.state === 'LIVE' && <span class="chip warm">live</span>}
              </p>
              <p>{node.description}</p>
            </article>
          ))}
        </div>
      )}
    </div>
  )
}
