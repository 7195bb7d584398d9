package stream

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/strictjson"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// version is the only version of the format that this package writes and reads.
const version = 3

const format = "roster accounts"

// The lines of a stream. The first member of each is its type.

type headLine struct {
	Type     string `json:"type"`
	Format   string `json:"format"`
	Version  int64  `json:"version"`
	Accounts int    `json:"accounts"`
}

// accountLine is the first line of an account.
type accountLine struct {
	Type     string            `json:"type"`
	Account  *user.AccountID   `json:"account"`
	Counters *storage.Counters `json:"counters"`
}

// sumLine has the checksum of all lines before it.
type sumLine struct {
	Type   string `json:"type"`
	SHA256 digest `json:"sha256"`
}

// wholeLine is the last line of an account.
type wholeLine struct {
	Type string `json:"type"`
	Counts
	Balance      balance.Units `json:"balance"`
	UserBalances balance.Units `json:"userBalances"`
	SHA256       digest        `json:"sha256,omitzero"`
}

// endLine is the last line of a stream.
type endLine struct {
	Type     string `json:"type"`
	Accounts int    `json:"accounts"`
	SHA256   digest `json:"sha256"`
}

// wholeLineOf returns the last line of an account. The line has no checksum if the summary has
// none.
func wholeLineOf(s Summary) wholeLine {
	return wholeLine{"whole", s.Counts, s.Balance, s.Users, s.SHA256}
}

// digest is a SHA-256 checksum. In JSON it is 64 hexadecimal digits.
type digest [sha256.Size]byte

func (d digest) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, d[:]), nil }

func (d *digest) UnmarshalText(b []byte) error {
	if len(b) != 2*len(d) {
		return fmt.Errorf("a checksum has %d hexadecimal digits", 2*len(d))
	}
	_, err := hex.Decode(d[:], b)
	return err
}

// typeOf returns the type of line b. This is the value of the member "type", which must be the
// first member of the JSON object. typeOf does not read the rest of the line. Errors: ErrRecord if
// b is no object, if its first member is another one, or if the value is no text.
func typeOf(b []byte) (string, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	for _, want := range []json.Token{json.Delim('{'), "type"} {
		if got, err := d.Token(); err != nil || got != want {
			return "", fmt.Errorf("%w: an object that begins with its type is wanted", ErrRecord)
		}
	}
	got, err := d.Token()
	kind, ok := got.(string)
	if err != nil || !ok {
		return "", fmt.Errorf("%w: the type is no text", ErrRecord)
	}
	return kind, nil
}

// parse decodes the JSON of line b into a value of type T. After an error the caller must not use
// the value. Errors: ErrRecord if strictjson.Unmarshal refuses b, such as for malformed JSON, for a
// member that T does not have, or for a member that occurs twice.
func parse[T any](b []byte) (T, error) {
	var line T
	if err := strictjson.Unmarshal(b, &line); err != nil {
		return line, fmt.Errorf("%w: %w", ErrRecord, err)
	}
	return line, nil
}

// parseAccount decodes b, the first line of an account, and returns the account's id and counters.
// Errors: ErrRecord for a line that is malformed or lacks the id or the counters, and for counters
// that no account can have: revision 0, a compaction later than the revision, or a negative number.
func parseAccount(b []byte) (id user.AccountID, c storage.Counters, err error) {
	l, err := parse[accountLine](b)
	switch {
	case err != nil:
		return "", c, err
	case l.Account == nil || l.Counters == nil:
		return "", c, fmt.Errorf("%w: account and counters are wanted", ErrRecord)
	}
	c = *l.Counters
	ok := c.Revision != 0 && c.Revision >= c.Compacted.Revision && c.Compacted.Index >= 0
	for _, given := range c.Given {
		ok = ok && given >= 0
	}
	if !ok {
		return "", c, fmt.Errorf("%w: counters that no account has", ErrRecord)
	}
	return *l.Account, c, nil
}
