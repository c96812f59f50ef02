import { sql } from '@corridor/store';
import { callAccess } from '../sharing/access-sql.ts';
import type { Reading } from './reading.ts';

/**
 * The call of the vessel that an event of a box names, by its IMO number and voyage, at the same place and within sixty days, since voyage numbers come
 * again; null where there is none or the viewer may not know of it.
 */
export async function callOfEvent(reading: Reading, eventId: string): Promise<string | null> {
  const callId = await reading
    .loader<string>('call-of-event', async (ids) => {
      const found = await reading.query<{ readonly id: string; readonly callId: string }>(sql`select ev.id, call.id as "callId"
        from equipment_event ev cross join lateral (
          select ca.id from transport_call ca
           where ca.vessel_imo_number = ev.transport ->> 'vesselIMONumber'
             and upper(regexp_replace(ev.transport ->> 'voyage', '\\s+', '', 'g')) in (ca.carrier_import_voyage_number, ca.carrier_export_voyage_number)
             and (ca.facility_id = ev.facility_id or ca.location ->> 'UNLocationCode' = ev.event_location ->> 'UNLocationCode')
             and abs(extract(epoch from coalesce(ca.sort_day, ca.created_at) - ev.event_at)) <= 60 * 86400
             and ${callAccess(reading.view.where('SCHEDULE'))}
           order by ca.facility_id is distinct from ev.facility_id, abs(extract(epoch from coalesce(ca.sort_day, ca.created_at) - ev.event_at)), ca.id
           limit 1) call
        where ev.id = any(${[...ids]}::text[])`);
      return new Map(found.map((each) => [each.id, each.callId]));
    })
    .load(eventId);
  return callId ?? null;
}
