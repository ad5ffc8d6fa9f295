// Reads a calendar object with ical.js and prints what a calendar program would show: each occurrence, in UTC.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, file] = process.argv.slice(2);
const found = createRequire(`${folder}/package.json`).resolve("ical.js");
const loaded = await import(pathToFileURL(found));
const ICAL = loaded.default ?? loaded;

const calendar = new ICAL.Component(ICAL.parse(readFileSync(file, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) {
  ICAL.TimezoneService.register(new ICAL.Timezone(zone));
}
const events = calendar.getAllSubcomponents("vevent").map((part) => new ICAL.Event(part));
const shown = [];
for (const event of events.filter((one) => !one.isRecurrenceException())) {
  events
    .filter((one) => one.isRecurrenceException() && one.uid === event.uid)
    .forEach((one) => event.relateException(one));
  const say = (details) => ({
    uid: event.uid,
    summary: details.item.summary,
    sequence: details.item.sequence,
    start: details.startDate.toJSDate().toISOString(),
    end: details.endDate.toJSDate().toISOString(),
  });
  if (!event.isRecurring()) {
    shown.push(say({ item: event, startDate: event.startDate, endDate: event.endDate }));
    continue;
  }
  const walk = event.iterator();
  for (let next = walk.next(); next; next = walk.next()) {
    shown.push(say(event.getOccurrenceDetails(next)));
  }
}
shown.sort((one, other) => one.start.localeCompare(other.start));
console.log(JSON.stringify({ method: calendar.getFirstPropertyValue("method"), shown }));
