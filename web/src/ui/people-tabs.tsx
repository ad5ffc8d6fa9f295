import type { JSX } from 'preact'
import { Link, useLocation } from 'wouter-preact'

import { ViewerContext } from '../viewer'
import { useWords } from '../words'

/** Two ways to people: all of them, and those who suit. */
export function PeopleTabs(): JSX.Element | null {
  const { people } = useWords()
  const { me } = ViewerContext.use()
  const [path] = useLocation()
  if (me === null) return null
  const places = { '/people': people.everybody, '/suggestions': people.suggested }
  return (
    <nav class="tabs" aria-label={people.title}>
      <ul>
        {Object.entries(places).map(([href, label]) => (
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
