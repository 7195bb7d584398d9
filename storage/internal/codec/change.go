package codec

import "github.com/ca74b63c/roster/storage"

// AppendChange appends a change as a record, without its ID, Created, Diff and Detail: a storage keeps these in columns
// of their own, the ID because it is the key and the others so that Storage.Scrub can empty them in one statement.
func AppendChange(b []byte, c storage.Change) []byte { return encode(b, &c, walkChange) }

// DecodeChange reads what AppendChange wrote. Errors: ErrMalformed.
func DecodeChange(b []byte) (storage.Change, error) { return decode(b, walkChange) }

func walkChange(f *fields, c *storage.Change) {
	instant(f, 1, "at", &c.At)
	text(f, 2, "type", &c.Type)
	signed(f, 3, "actor", &c.Actor)
	text(f, 4, "reason", &c.Reason)
	signed(f, 5, "user", &c.UserID)
	named(f, 6, "ref", &c.ReferenceKind)
	signed(f, 7, "refId", &c.ReferenceID)
	unsigned(f, 8, "transfer", &c.TransferID)
}
