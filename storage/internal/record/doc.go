// Package record converts values of the domain to rows that people can read, and back. A row has
// plain columns, and one JSON text for everything without a column. The SQL stores share it;
// docs/schema.md lists the columns.
//
// The JSON texts use the field names of the public JSON forms, so the columns and the JSON text
// together are the value's JSON. A new field of a type is part of the JSON text automatically,
// unless it gets a column.
package record
