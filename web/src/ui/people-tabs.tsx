import type { JSX } from 'preact'

import { ViewerContext } from '../viewer'
import { useWords } from '../words'
import { Tabs } from './tabs'

/** Two ways to people: all of them, and those who suit. */
export function PeopleTabs(): JSX.Element | null {
  const { people } = useWords()
  const { me } = ViewerContext.use()
  if (me === null) return null
  return <Tabs label={people.title} places={{ '/people': people.everybody, '/suggestions': people.suggested }} />
}
