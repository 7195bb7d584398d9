// Package codec turns what roster keeps into bytes and back, for storages on SQL engines. It holds
// no rule of the domain and no SQL.
//
//	body := codec.AppendUser(nil, u)
//	same, err := codec.DecodeUser(body)
//
// The format is its own because no other one keeps everything: JSON and SQL text lose NUL and bytes that are not
// UTF-8, and user.Secret prints as "redacted" everywhere but here. A record is a version byte and then the fields that
// are not zero, each a number and a value:
//
//	version  field-number value  field-number value …
//
// Fields stand in ascending order of their numbers. A field that the model gains gets the next free number at the end;
// records that were written before are read with it at zero, so no stored row ever has to be rewritten. A number that
// is not known is refused, because it was written by a later version and would be lost. Numbers are never used again.
//
// Numbers are varints, signed ones zigzag; texts, sets, lists and records have their length before them; true is the
// field number alone; times are microseconds since 1970 in UTC, which is all that the model keeps.
//
// What is decoded need not be trusted: any bytes give a value or ErrMalformed, and memory is bounded by a
// multiple of their length.
package codec
