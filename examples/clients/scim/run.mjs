// Applies the PATCHes of a file by scim-patch and its filters by scimmy, and prints what comes out.
import { readFileSync } from 'node:fs';
import scimPatch from 'scim-patch';
import SCIMMY from 'scimmy';

const { patches, resources, filters } = JSON.parse(readFileSync(process.argv[2], 'utf8'));

// attempt returns the result of a function, or that it failed.
const attempt = (fn) => {
  try {
    return { result: fn() };
  } catch (error) {
    return { error: error.scimCode ?? error.name };
  }
};

console.log(JSON.stringify({
  patches: patches.map(({ resource, operations }) => attempt(() => scimPatch.scimPatch(resource, operations, { mutateDocument: false }))),
  filters: filters.map((filter) => attempt(() => new SCIMMY.Types.Filter(filter).match(resources).map(({ id }) => id))),
}));
