import type { JSX } from 'preact'

import { Tabs } from '../ui/tabs'
import { useWords } from '../words'

/** To ask somebody, and to wait for somebody to ask. */
export function RequestTabs(): JSX.Element {
  const { requests } = useWords()
  return <Tabs label={requests.title} places={{ '/requests': requests.asked, '/waiting': requests.lines }} />
}
