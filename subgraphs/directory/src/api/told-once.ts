import { type Sql, sql } from '@corridor/store';
import { known, type Viewer } from './viewer.ts';

/**
 * Condition on `e`: of several reports of one physical event it is the one to show, the leading one, or where the viewer may not know of that or it does not
 * belong to the list the first of the others. `inList` says of `other` whether it belongs to the list; where a page begins makes no difference.
 */
export function toldOnce(viewer: Viewer, inList: Sql): Sql {
  return sql`(e.corroborates is null or not exists (select 1 from entry other
    where (other.id = e.corroborates or other.corroborates = e.corroborates and (other.sort_at, other.id) < (e.sort_at, e.id))
      and ${known(viewer, 'other')} and ${inList}))`;
}
