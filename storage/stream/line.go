package stream

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/codec"
	"github.com/ca74b63c/roster/user"
)

// The version that is written, and the only one that is read.
const version = 2

const format = "roster accounts"

func appendHead(b []byte, accounts int) []byte {
	return fmt.Appendf(b, `{"type":"head","format":%q,"version":%d,"accounts":%d}`, format, version, accounts)
}

// appendAccount appends the first line of an account: its id and what it counts.
func appendAccount(b []byte, id user.AccountID, c storage.Counters) []byte {
	b = codec.AppendText(append(b, `{"type":"account","account":`...), string(id))
	b = fmt.Appendf(b, `,"revision":%d`, c.Revision)
	if c.Compacted != (storage.ChangeID{}) {
		b = fmt.Appendf(b, `,"compactedRevision":%d,"compactedIndex":%d`, c.Compacted.Revision, c.Compacted.Index)
	}
	for s, id := range c.Given {
		if id != 0 {
			b = fmt.Appendf(b, `,"%s":%d`, lastNames[s], id)
		}
	}
	return append(b, '}')
}

// lastNames are what the greatest id of each sequence is called in an account's first line, by Sequence. No reference
// data is of kind 0.
var lastNames = [storage.NumSequences]string{
	"lastUser", "lastTransfer", "lastReference",
	"lastApplication", "lastSkill", "lastGroup", "lastProfile", "lastQueue", "lastDevice", "lastLineOfBusiness",
	"lastCampaign", "lastView",
}

// appendEndOfAccount appends the last line of an account, without its checksum if there is none yet.
func appendEndOfAccount(b []byte, s Summary) []byte {
	b = fmt.Appendf(b, `{"type":"whole","refs":%d,"users":%d,"transfers":%d,"changes":%d,"balance":%d,"userBalances":%d`,
		s.Counts.Refs, s.Counts.Users, s.Counts.Transfers, s.Counts.Changes, s.Balance, s.Users)
	if s.SHA256 != [sha256.Size]byte{} {
		b = fmt.Appendf(b, `,"sha256":"%x"`, s.SHA256)
	}
	return append(b, '}')
}

// appendSum appends the checksum of all lines before.
func appendSum(b []byte, sum []byte) []byte {
	return fmt.Appendf(b, `{"type":"sum","sha256":"%x"}`, sum)
}

// appendEnd appends the last line.
func appendEnd(b []byte, accounts int, sum []byte) []byte {
	return fmt.Appendf(b, `{"type":"end","accounts":%d,"sha256":"%x"}`, accounts, sum)
}

// line is a line that is read. The first thing wrong with it stays in err.
type line struct {
	kind  string
	pairs []codec.Pair
	err   error
}

func parseLine(b []byte) line {
	pairs, err := codec.Split(b)
	l := line{pairs: pairs}
	if err != nil {
		l.fail("%w", err)
		return l
	}
	l.kind = text[string](&l, "type")
	return l
}

func (l *line) fail(format string, args ...any) {
	if l.err == nil {
		l.err = fmt.Errorf("%w: "+format, append([]any{ErrRecord}, args...)...)
	}
}

// take returns a member's value, nil if there is none.
func (l *line) take(name string) []byte {
	for i, p := range l.pairs {
		if p.Name == name {
			l.pairs = append(l.pairs[:i:i], l.pairs[i+1:]...)
			return p.Value
		}
	}
	return nil
}

// end returns what is wrong with the line. No member may be left.
func (l *line) end() error {
	if len(l.pairs) > 0 {
		l.fail("%s has no member %.40q", l.kind, l.pairs[0].Name)
	}
	return l.err
}

func integer[T ~int | ~int64](l *line, name string) T {
	raw := l.take(name)
	if raw == nil {
		return 0
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil || int64(T(n)) != n {
		l.fail("%s", name)
	}
	return T(n)
}

func natural[T ~uint64](l *line, name string) T {
	raw := l.take(name)
	if raw == nil {
		return 0
	}
	n, err := strconv.ParseUint(string(raw), 10, 64)
	if err != nil {
		l.fail("%s", name)
	}
	return T(n)
}

func text[T ~string](l *line, name string) T {
	raw := l.take(name)
	if raw == nil {
		return ""
	}
	s, err := codec.ParseText(raw)
	if err != nil {
		l.fail("%s: %w", name, err)
	}
	return T(s)
}

func (l *line) sum() (sum [sha256.Size]byte) {
	b, err := hex.DecodeString(text[string](l, "sha256"))
	if copy(sum[:], b) != len(sum) || len(b) != len(sum) || err != nil {
		l.fail("sha256")
	}
	return sum
}

// body decodes a member that is a record of its own.
func body[T any](l *line, name string, decode func([]byte) (T, error)) T {
	raw := l.take(name)
	if raw == nil {
		l.fail("%s is missing", name)
		var none T
		return none
	}
	v, err := decode(raw)
	if err != nil {
		l.fail("%s: %w", name, err)
	}
	return v
}

func (l *line) account() (user.AccountID, storage.Counters, error) {
	if len(l.pairs) == 0 || l.pairs[0].Name != "account" {
		l.fail("account is missing")
	}
	id := text[user.AccountID](l, "account")
	c := storage.Counters{Revision: natural[user.Revision](l, "revision")}
	c.Compacted.Revision = natural[user.Revision](l, "compactedRevision")
	c.Compacted.Index = integer[int](l, "compactedIndex")
	for s := range c.Given {
		if c.Given[s] = integer[int64](l, lastNames[s]); c.Given[s] < 0 {
			l.fail("%s", lastNames[s])
		}
	}
	if c.Revision == 0 || c.Revision < c.Compacted.Revision || c.Compacted.Index < 0 {
		l.fail("revision")
	}
	return id, c, l.end()
}

// record returns the record that the line is, nil if it is of another type.
func (l *line) record() (record, error) {
	var r record
	switch l.kind {
	case "ref":
		r = &refRecord{body(l, "ref", codec.DecodeRefJSON)}
	case "user":
		u := &userRecord{User: body(l, "user", codec.DecodeUserJSON)}
		if raw := l.take("secret"); raw != nil {
			var err error
			if u.secret, err = codec.DecodeSecretJSON(raw); err != nil {
				l.fail("secret: %w", err)
			}
		}
		u.balance = integer[balance.Units](l, "balance")
		r = u
	case "transfer":
		r = &transferRecord{body(l, "transfer", codec.DecodeTransferJSON)}
	case "change":
		r = &changeRecord{body(l, "change", codec.DecodeChangeJSON)}
	case "settings":
		r = &settingsRecord{body(l, "settings", codec.DecodeAccountJSON)}
	default:
		return nil, nil
	}
	if err := l.end(); err != nil {
		return nil, err
	}
	return r, nil
}

func (l *line) whole() (Summary, error) {
	s := Summary{
		Counts: Counts{
			Refs: integer[int64](l, "refs"), Users: integer[int64](l, "users"),
			Transfers: integer[int64](l, "transfers"), Changes: integer[int64](l, "changes"),
		},
		Balance: integer[balance.Units](l, "balance"), Users: integer[balance.Units](l, "userBalances"),
		SHA256: l.sum(),
	}
	return s, l.end()
}
