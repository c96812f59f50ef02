export { audienceOf, viewerTuples } from './audience.ts';
export type { Clause, Condition, Grantee } from './clause.ts';
export { compile, type View, viewKey } from './compile.ts';
export { defaultClauses } from './default-clauses.ts';
export { documentClassOf } from './document-class.ts';
export { eventClassOf, shipmentEventClassOf } from './event-class.ts';
export type { Mask } from './mask.ts';
export { ownerView } from './owner-view.ts';
export { type ConditionRow, holds, type Leaf, type Where } from './where.ts';
