import type { JSX } from 'preact'
import { Link, useLocation } from 'wouter-preact'

import { useMore } from '../words'
import { communityWords } from '../words/community'

/** The ways people here are there for each other outside of mentorships. */
export function CommunityTabs(): JSX.Element {
  const words = useMore(communityWords)
  const [path] = useLocation()
  return (
    <nav class="tabs" aria-label={words.title}>
      <ul>
        {Object.entries(words.places).map(([href, label]) => (
          <li key={href}>
            <Link href={href} aria-current={path === href ? 'page' : undefined}>
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
