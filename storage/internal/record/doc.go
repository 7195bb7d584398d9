// Package record turns the domain's values into rows that people can read, and back. A row has
// plain columns, and one JSON text for what has no column. The SQL stores share it; docs/schema.md
// lists the columns.
//
// The JSON texts use the field names of the public JSON forms, so a column and a JSON text together
// say what encoding/json says of the whole value. A field that a type of the domain gains is in the
// JSON text by itself, unless a row names a column for it.
package record
