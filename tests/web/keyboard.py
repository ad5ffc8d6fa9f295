"""A page by keyboard alone: what is reached is reached by Tab, and has a focus that can be seen; no pointer is used."""

import asyncio
import re
from typing import Any, Literal

from playwright.async_api import ElementHandle, Error, Locator, Page, expect

from tests.web.browser import Person

MOST_PRESSES = 250
MOST_TURNS = 4
"""What cannot have the focus is passed again and again."""
HOLD_SECONDS = 10

Role = Literal[
    "article",
    "button",
    "checkbox",
    "combobox",
    "gridcell",
    "link",
    "radio",
    "spinbutton",
    "textbox",
]
Name = str | re.Pattern[str]

WHERE = """(it) => {
  const here = document.activeElement
  if (!it.isConnected) return 'gone'
  if (it === here || (it.type === 'radio' && here.type === 'radio' && it.name === here.name && it.form === here.form))
    return 'there'
  return here.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_PRECEDING ? 'before' : 'after'
}"""
DESCRIBED = """() => {
  const here = document.activeElement
  const text = (here.getAttribute('aria-label') ?? here.innerText ?? '').trim().split('\\n')[0].slice(0, 50)
  return `${here.tagName.toLowerCase()}${here.name ? ' ' + here.name : ''} "${text}"`
}"""
HELD = """() => document.activeElement !== document.body && !document.activeElement.matches(':disabled')"""
SHOWN = """() => {
  const here = document.activeElement
  // A radio button that looks like what it is for shows its focus on that.
  const seen = [here, here.nextElementSibling].filter((it) => it !== null)
  const isMarked = seen.some((it) => {
    const style = getComputedStyle(it)
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none'
  })
  const box = (here.type === 'radio' ? here.parentElement : here).getBoundingClientRect()
  const isInSight = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 &&
    box.top < innerHeight && box.left < innerWidth
  const wrong = here.matches(':focus-visible') && isMarked ? [] : ['its focus cannot be seen']
  return (isInSight ? wrong : [...wrong, 'it is out of sight']).join(', ')
}"""


class Keyboard:
    """Somebody's keyboard. Whatever was done before, the focus is somewhere when the next thing is reached."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page: Page = person.page
        self._has_begun = False

    async def open(self, path: str) -> None:
        """Begin at an address, as one who types it in; all from there on is by keys."""
        await self.person.open(path)
        self._has_begun = False

    async def press(self, *keys: str) -> None:
        """Press keys where the focus is."""
        for key in keys:
            await self.page.keyboard.press(key)
        self._has_begun = True

    async def type(self, text: str) -> None:
        """Type over what is in the field that has the focus."""
        await self.page.keyboard.press("Control+a")
        await self.page.keyboard.type(text)

    async def holds(self) -> None:
        """Fail unless something has the focus, or gets it back once what was done is done."""
        waited = 0.0
        while not await self.page.evaluate(HELD):
            assert waited < HOLD_SECONDS, f"nothing has the focus on {self.page.url}"
            await asyncio.sleep(0.05)
            waited += 0.05

    async def reach(self, role: Role, name: Name, within: Locator | None = None, *, exact: bool = True) -> Locator:
        """Press Tab, or Shift and Tab, until this has the focus; fail saying what had it on the way."""
        if self._has_begun:
            await self.holds()
        root = within or self.page
        found = root.get_by_role(role, name=name, exact=exact).first
        await self.go_to(found, f"{role} {name!r}")
        return found

    async def unfold(self, label: str, within: Locator | None = None) -> None:
        """Open what is folded behind its line, unless it is open."""
        if self._has_begun:
            await self.holds()
        line = (within or self.page).locator("summary", has_text=label).first
        await self.go_to(line, f"summary {label!r}")
        if not await line.evaluate("(it) => it.parentElement.open"):
            await self.press("Enter")
        await expect(line.locator("..")).to_have_attribute("open", "")

    async def go_to(self, found: Locator, called: str) -> None:
        """Do what `reach` does, for something found otherwise."""
        await found.wait_for()
        way: list[str] = []
        turns, before = 0, ""
        target = await self._handle(found)
        for _ in range(MOST_PRESSES):
            where = await self._where(target)
            if where == "gone":
                target = await self._handle(found)
                continue
            turns, before = turns + (before not in ("", where)), where
            if where == "there" or turns > MOST_TURNS:
                break
            await self.page.keyboard.press("Tab" if where == "after" else "Shift+Tab")
            way.append(await self.page.evaluate(DESCRIBED))
        assert where == "there", f"{called} cannot be reached on {self.page.url}; on the way: {' > '.join(way[-30:])}"
        self._has_begun = True
        if wrong := await self.page.evaluate(SHOWN):
            message = f"{called} on {self.page.url}: {wrong}"
            raise AssertionError(message)

    async def do(self, name: Name, within: Locator | None = None, *, exact: bool = True) -> None:
        """Reach a button and press it. What has the focus after it is asked when the next thing is reached."""
        button = await self.reach("button", name, within, exact=exact)
        await expect(button).to_be_enabled()
        await self.press("Enter")

    async def follow(self, name: Name, heading: Name, within: Locator | None = None, *, exact: bool = True) -> None:
        """Reach a link and open its page, whose heading takes the focus."""
        await self.reach("link", name, within, exact=exact)
        await self.press("Enter")
        title = self.page.get_by_role("heading", level=1, name=heading)
        await expect(title).to_be_focused()

    async def tab(self, name: str) -> None:
        """Reach a link to a part of the page and open that part."""
        link = await self.reach("link", name)
        await self.press("Enter")
        await expect(link).to_have_attribute("aria-current", "page")

    async def write(self, label: Name, text: str, within: Locator | None = None, *, exact: bool = True) -> None:
        """Reach a field and write into it."""
        await self.reach("textbox", label, within, exact=exact)
        await self.type(text)

    async def tick(self, label: Name, within: Locator | None = None, *, exact: bool = True) -> None:
        """Reach a box and tick it."""
        box = await self.reach("checkbox", label, within, exact=exact)
        await self.press("Space")
        await expect(box).to_be_checked()

    async def choose(self, label: Name, option: str, within: Locator | None = None, *, exact: bool = True) -> None:
        """Reach a list of choices and go to one by arrow keys."""
        choice = await self.reach("combobox", label, within, exact=exact)
        chosen = "(it) => it.selectedOptions[0]?.text"
        labels = await choice.evaluate("(it) => [...it.options].map((each) => each.text)")
        assert option in labels, f"{label!r} offers {labels}"
        for _ in labels:
            now = labels.index(await choice.evaluate(chosen))
            if labels[now] == option:
                break
            await self.press("ArrowDown" if labels.index(option) > now else "ArrowUp")
        assert await choice.evaluate(chosen) == option

    async def pick(self, label: Name, within: Locator | None = None, *, exact: bool = True) -> None:
        """Reach a group of radio buttons and go to one of them by arrow keys."""
        radio = await self.reach("radio", label, within, exact=exact)
        target = await self._handle(radio)
        count = await target.evaluate("(it) => it.form.querySelectorAll(`input[name='${it.name}']`).length")
        is_focused = "(it) => it === document.activeElement"
        for _ in range(count):
            if await target.evaluate(is_focused):
                break
            await self.press("ArrowRight")
        assert await target.evaluate(is_focused)
        if not await radio.is_checked():
            await self.press("Space")
        await expect(radio).to_be_checked()

    async def find(self, label: str, text: str, within: Locator | None = None) -> None:
        """Reach a field that finds while one types, and take the first it finds."""
        await self.reach("combobox", label, within)
        await self.page.keyboard.type(text)
        await (within or self.page).get_by_role("listbox").get_by_role("option").first.wait_for()
        await self.press("ArrowDown", "Enter")

    async def _where(self, target: ElementHandle) -> Any:
        try:
            return await target.evaluate(WHERE)
        except Error:
            return "gone"

    async def _handle(self, found: Locator) -> ElementHandle:
        return await found.element_handle()
