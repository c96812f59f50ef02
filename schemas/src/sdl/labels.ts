/** Reads the `@access` labels of the template: which field group and data class each record and field belongs to. */
import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql';
import { invariant } from '../errors.ts';

/** The labels of one interface: of its records, and of the fields that have a label of their own. */
export type Labels = { readonly record: Label; readonly fields: { readonly [field: string]: Label } };
/** One `@access(group:, class:)`, as written. */
export type Label = { readonly group: string; readonly class: string };

/** The labels of every labelled interface or object of a document, by its name. */
export function readLabels(document: DocumentNode): { readonly [typeName: string]: Labels } {
  const labelled: { [typeName: string]: Labels } = {};
  for (const node of document.definitions) {
    if (node.kind !== Kind.INTERFACE_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const record = labelIn(node.directives);
    if (record === undefined) continue;
    const fields: { [field: string]: Label } = {};
    for (const field of node.fields ?? []) {
      const label = labelIn(field.directives);
      if (label !== undefined) fields[field.name.value] = label;
    }
    labelled[node.name.value] = { record, fields };
  }
  return labelled;
}

function labelIn(directives: readonly ConstDirectiveNode[] | undefined): Label | undefined {
  const access = directives?.find((directive) => directive.name.value === 'access');
  if (access === undefined) return undefined;
  const value = (name: string): string => {
    const node = access.arguments?.find((argument) => argument.name.value === name)?.value;
    invariant(node?.kind === Kind.STRING, `@access needs ${name}`);
    return node.value;
  };
  return { group: value('group'), class: value('class') };
}
