package codec

import (
	"encoding/json"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// The records as JSON objects, for streams that people and other programs read. Each Decode returns ErrMalformed for
// what no record can be, and for a field that it does not know.

// AppendUserJSON appends u as an object.
func AppendUserJSON(b []byte, u user.User) []byte { return encodeJSON(b, &u, walkUser) }

// DecodeUserJSON reads what AppendUserJSON wrote.
func DecodeUserJSON(b []byte) (user.User, error) { return decodeJSON(b, walkUser) }

// AppendSecretJSON appends s as an object, with the hashes as they are.
func AppendSecretJSON(b []byte, s user.Secret) []byte { return encodeJSON(b, &s, walkSecret) }

// DecodeSecretJSON reads what AppendSecretJSON wrote.
func DecodeSecretJSON(b []byte) (user.Secret, error) { return decodeJSON(b, walkSecret) }

// AppendAccountJSON appends a as an object.
func AppendAccountJSON(b []byte, a user.Account) []byte { return encodeJSON(b, &a, walkAccount) }

// DecodeAccountJSON reads what AppendAccountJSON wrote.
func DecodeAccountJSON(b []byte) (user.Account, error) { return decodeJSON(b, walkAccount) }

// AppendRefJSON appends r as an object.
func AppendRefJSON(b []byte, r user.Ref) []byte { return encodeJSON(b, &r, walkRef) }

// DecodeRefJSON reads what AppendRefJSON wrote.
func DecodeRefJSON(b []byte) (user.Ref, error) { return decodeJSON(b, walkRef) }

// AppendTransferJSON appends t as an object, with its postings.
func AppendTransferJSON(b []byte, t balance.Transfer) []byte {
	return encodeJSON(b, &t, walkWholeTransfer)
}

// DecodeTransferJSON reads what AppendTransferJSON wrote.
func DecodeTransferJSON(b []byte) (balance.Transfer, error) { return decodeJSON(b, walkWholeTransfer) }

// AppendChangeJSON appends c as an object, with all that it has.
func AppendChangeJSON(b []byte, c storage.Change) []byte { return encodeJSON(b, &c, walkWholeChange) }

// DecodeChangeJSON reads what AppendChangeJSON wrote.
func DecodeChangeJSON(b []byte) (storage.Change, error) { return decodeJSON(b, walkWholeChange) }

// walkWholeTransfer is a transfer with its postings, which a storage keeps apart.
func walkWholeTransfer(f *fields, t *balance.Transfer) {
	walkTransfer(f, t)
	walkPostings(f, &t.Postings)
}

// walkWholeChange is a change with what a storage keeps apart. Its fields have no numbers: it is for JSON alone.
func walkWholeChange(f *fields, c *storage.Change) {
	unsigned(f, 0, "revision", &c.ID.Revision)
	signed(f, 0, "index", &c.ID.Index)
	walkChange(f, c)
	walkMaybe(f, "created", &c.Created, walkUser)
	walkDiff(f, &c.Diff)
	text(f, 0, "detail", &c.Detail)
}

func walkDiff(f *fields, diff *[]user.Difference) {
	if !f.reading {
		if len(*diff) > 0 {
			f.member("diff")
			f.out = AppendDiff(f.out, *diff)
		}
		return
	}
	if raw := f.take("diff"); raw != nil {
		if json.Unmarshal(raw, diff) != nil {
			f.fail("diff")
		}
	}
}

// AppendDiff appends a diff as JSON.
func AppendDiff(b []byte, diff []user.Difference) []byte {
	j, _ := json.Marshal(diff) // fails for no diff
	return append(b, j...)
}

// walkMaybe is a record that may be absent, which is not the same as zero.
func walkMaybe[T any](f *fields, name string, v **T, walk func(*fields, *T)) {
	if !f.reading {
		if *v != nil {
			f.member(name)
			f.out = encodeJSON(f.out, *v, walk)
		}
		return
	}
	if raw := f.take(name); raw != nil {
		t, err := decodeValid(raw, walk)
		if err != nil {
			f.fail(name)
			return
		}
		*v = &t
	}
}
