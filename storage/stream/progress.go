package stream

import (
	"context"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// progress is the progress of a call, and the summaries that the call will return.
type progress struct {
	options
	Progress
	ids       []user.AccountID // of the accounts that are read
	before    Counts           // of the accounts that are done
	summaries []Summary
}

// newProgress returns the progress of a call before its first account. The progress has the
// options, and the ids of the accounts to read from the storage s. It also collects the summaries
// that the call will return. Errors: those of the storage; the progress must then not be used.
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
