package stream

import (
	"crypto/sha256"
	"hash"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Summary is an account in a few numbers. Two accounts are the same if their summaries are.
type Summary struct {
	Account  user.AccountID
	Revision user.Revision
	Counts   Counts
	Balance  balance.Units     // of the account itself
	Users    balance.Units     // of its users together
	SHA256   [sha256.Size]byte // of the account's lines in a stream, those of checksums left out
}

// tally makes a summary of records as they come.
type tally struct {
	Summary
	sum  hash.Hash
	line []byte
}

func newTally(id user.AccountID, c storage.Counters) (*tally, error) {
	t := &tally{Summary: Summary{Account: id, Revision: c.Revision}, sum: sha256.New()}
	line, err := appendLine(nil, accountLineOf(id, c))
	t.add(line)
	return t, err
}

// add counts a line that stands in the stream.
func (t *tally) add(line []byte) {
	t.sum.Write(line)
	t.sum.Write([]byte{'\n'})
}

// record counts a record and returns its line, which is valid until the next call.
func (t *tally) record(r record) ([]byte, error) {
	var err error
	t.line, err = lineOf(t.line[:0], r)
	if err == nil {
		t.counted(r, t.line)
	}
	return t.line, err
}

// counted counts a record that stands in the stream as a line.
func (t *tally) counted(r record, line []byte) {
	t.add(line)
	r.count(&t.Counts)
	if u, ok := r.(*userRecord); ok {
		t.Users += u.balance
	}
}

// end returns the summary.
func (t *tally) end(own balance.Units) (Summary, error) {
	t.Balance = own
	line, err := appendLine(nil, wholeLineOf(t.Summary)) // without a checksum yet
	t.add(line)
	t.sum.Sum(t.SHA256[:0])
	return t.Summary, err
}
