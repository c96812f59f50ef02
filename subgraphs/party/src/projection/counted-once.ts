/** An event that may be one of several reports of one physical event; `corroborates`: the id of the leading one, null where it leads or is alone. */
export type CountedEvent = { readonly id: string; readonly corroborates: string | null };

/** Of all reports of one physical event the leading one, or where that is not among them the first given. */
export function countedOnce<E extends CountedEvent>(events: readonly E[]): E[] {
  const counted = new Map<string, E>();
  for (const event of events) {
    const group = event.corroborates ?? event.id;
    if (event.corroborates === null || !counted.has(group)) counted.set(group, event);
  }
  return [...counted.values()];
}
