package stream

import (
	"context"
	"crypto/sha256"
	"hash"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/strictjson"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Summary has the totals and the checksum of an account. Two accounts with equal summaries have the
// same data.
type Summary struct {
	Account  user.AccountID
	Revision user.Revision
	Counts   Counts
	Balance  balance.Units     // of the account itself
	Users    balance.Units     // of its users together
	SHA256   [sha256.Size]byte // of the account's lines in a stream, those of checksums left out
}

// tally computes a Summary from records, one after another.
type tally struct {
	Summary
	sum hash.Hash
}

func newTally(id user.AccountID, c storage.Counters) (*tally, error) {
	t := &tally{Summary: Summary{Account: id, Revision: c.Revision}, sum: sha256.New()}
	line, err := strictjson.Marshal(accountLine{"account", &id, &c})
	t.add(line)
	return t, err
}

// add adds a line to the checksum.
func (t *tally) add(line []byte) {
	t.sum.Write(line)
	t.sum.Write([]byte{'\n'})
}

// record adds record r to the counts of the summary, and the balance of a user to the total of the
// users. It adds the parameter line, which is the line of r in the stream without a newline, to the
// checksum.
func (t *tally) record(r record, line []byte) {
	t.add(line)
	t.Counts.add(r)
	if l, ok := r.(*userLine); ok {
		t.Users += l.Balance
	}
}

// end sets the account's own balance, adds the last line of the account to the checksum, and
// returns the complete summary. The caller must call end once, after the last record. Errors: an
// error of encoding the last line.
func (t *tally) end(own balance.Units) (Summary, error) {
	t.Balance = own
	line, err := strictjson.Marshal(wholeLineOf(t.Summary)) // without a checksum yet
	t.add(line)
	t.sum.Sum(t.SHA256[:0])
	return t.Summary, err
}

// progress is the progress of a call, and the summaries that the call will return.
type progress struct {
	options
	Progress
	ids       []user.AccountID // of the accounts that are read
	before    Counts           // of the accounts that are done
	summaries []Summary
}

// newProgress returns the progress of a call before its first account. It has the options of the
// call, the ids of the accounts to read from the storage s, and no summaries yet. Errors: those of
// the storage.
func newProgress(ctx context.Context, s storage.Storage, opts []Option) (*progress, error) {
	p := &progress{options: optionsOf(opts)}
	var err error
	p.ids, err = accounts(ctx, s, p.options)
	p.Of = len(p.ids)
	return p, err
}

func (p *progress) begin(id user.AccountID, c storage.Counters) {
	p.Account, p.Done, p.Expected = id, Counts{}, expected(c)
}

// report calls the function of OnProgress. done are the records of the current account so far.
func (p *progress) report(done Counts) {
	p.Done, p.Total = done, p.before.plus(done)
	if p.progress != nil {
		p.progress(p.Progress)
	}
}

func (p *progress) end(s Summary) {
	p.summaries = append(p.summaries, s)
	p.Accounts++
	p.report(s.Counts)
	p.before = p.Total
}

func ownBalance(ctx context.Context, r storage.Reader) (balance.Units, error) {
	list, err := r.Balances(ctx, balance.Account)
	if err != nil {
		return 0, err
	}
	return list[0], nil
}
