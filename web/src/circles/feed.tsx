import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { CircleFeed } from '../api/gen/documents'
import type { CircleFeedQuery } from '../api/gen/types'
import { when } from '../ui/when'
import { useWords } from '../words'
import { seatName } from './seat-name'

type Item = Extract<CircleFeedQuery['node'], { __typename: 'Circle' }>['feed']['edges'][number]['node']

/** What happened in a circle, a line each. */
export function Feed({ circleId, news }: { circleId: string; news: number }): JSX.Element | null {
  const { circles } = useWords()
  const { data, again } = useAnswer(CircleFeed, { id: circleId })
  useEffect(() => {
    if (news > 0) again()
  }, [news, again])
  if (data?.node?.__typename !== 'Circle' || data.node.feed.edges.length === 0) return null
  return (
    <section class="card" aria-label={circles.feed}>
      <h2>{circles.feed}</h2>
      <ol class="stack">
        {data.node.feed.edges.map(({ node }) => (
          <Happened key={node.itemId + node.kind} item={node} />
        ))}
      </ol>
    </section>
  )
}

function Happened({ item }: { item: Item }): JSX.Element {
  const words = useWords()
  const { resource } = item
  return (
    <li>
      <span class="chip">{words.circles.items[item.kind]}</span>{' '}
      {resource !== null ? (
        <a href={resource.url} rel="noreferrer noopener">
          {resource.title}
        </a>
      ) : (
        (item.thread?.title ?? item.meeting?.title ?? '')
      )}{' '}
      <span class="soft small">
        {item.seat === null ? '' : `${seatName(item.seat, words)}, `}
        {when(item.at, document.documentElement.lang)}
      </span>
    </li>
  )
}
